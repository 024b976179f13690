import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { SEARCH_HAS, type SearchHas, type Snowflake } from '@discord-relay/contracts';
import {
  DEFAULT_ROWS_PER_FILE,
  type ExportFormat,
  type ExportPartition,
  FORMATS,
  HTML_DEFAULT_ROWS_PER_FILE,
  HTML_MAX_ROWS_PER_FILE,
  PARTITIONS,
} from '@discord-relay/export';
import { EXPORT_MAX_CHANNELS } from '../http/endpoints/requests.dto.js';
import {
  Id,
  IsSnowflake,
  Limit,
  OptionalCursor,
  OptionalId,
  OptionalInstant,
  OptionalText,
} from '../validation/fields.js';

const EXPORT_MAX_ROWS_PER_FILE = 1_000_000;

export class CreateExportDto {
  @Id('The guild whose messages are exported.')
  guildId!: Snowflake;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', pattern: '^\\d{1,20}$' },
    minItems: 1,
    maxItems: EXPORT_MAX_CHANNELS,
    required: false,
    description: 'Only messages in these channels or threads; default: all that you may read.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EXPORT_MAX_CHANNELS)
  @IsSnowflake({ each: true })
  channelIds?: Snowflake[];

  @ApiProperty({ enum: FORMATS, default: 'ndjson', required: false, description: 'Format of the files.' })
  @IsIn(FORMATS)
  format: ExportFormat = 'ndjson';

  @ApiProperty({
    enum: PARTITIONS,
    default: 'size',
    required: false,
    description: 'What begins a new file, besides `rowsPerFile`.',
  })
  @IsIn(PARTITIONS)
  partition: ExportPartition = 'size';

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: EXPORT_MAX_ROWS_PER_FILE,
    required: false,
    description: `Maximum number of messages in a file; default: ${DEFAULT_ROWS_PER_FILE}. Of HTML files at most ${HTML_MAX_ROWS_PER_FILE}; default: ${HTML_DEFAULT_ROWS_PER_FILE}.`,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(EXPORT_MAX_ROWS_PER_FILE)
  rowsPerFile?: number;

  @OptionalText(200, 'Only messages that a search for these words shows.')
  query?: string;

  @OptionalId('Only messages of this user.')
  authorId?: string;

  @OptionalId('Only messages that mention this user.')
  mentions?: string;

  @OptionalInstant('Only messages at this time or later.')
  from?: string;

  @OptionalInstant('Only messages before this time.')
  to?: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...SEARCH_HAS] },
    required: false,
    description: 'Only messages that have all of these.',
  })
  @IsOptional()
  @IsArray()
  @IsIn(SEARCH_HAS, { each: true })
  has?: SearchHas[];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    required: false,
    description:
      'Only messages that changed after this sequence, with those that were deleted; excludes `query`, `authorId`, `mentions` and `has`.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  since?: number;
}

export class ExportParamsDto {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'Id of the export.' })
  @IsUUID()
  id!: string;
}

const NAME_MAX_CHARS = 200;

export class ExportFileParamsDto extends ExportParamsDto {
  @ApiProperty({ type: 'string', description: '`name` of the file.', maxLength: NAME_MAX_CHARS })
  @Length(1, NAME_MAX_CHARS)
  @Matches(/^[\w.-]+$/)
  name!: string;
}

export class ExportsQueryDto {
  @OptionalCursor('`next` of the previous page.')
  before?: string;

  @Limit(100, 25)
  limit = 25;
}
