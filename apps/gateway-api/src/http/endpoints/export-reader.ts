import { Inject, Injectable } from '@nestjs/common';
import { AppError, EXPORT_COLUMNS, EXPORT_DETAILS, type RestExportSize } from '@discord-relay/contracts';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import type { Querying } from '../../database/read-model.database.js';
import { isStorableId } from '../../database/storable-id.js';
import { readGuildHead } from '../../read/changes.query.js';
import {
  type ExportFilter,
  type ExportPosition,
  exportRows,
  exportSize,
} from '../../read/messages/export.query.js';
import { AuthorizedReader, historyChannels } from './authorized-reader.js';
import type { ExportQueryDto, ExportSizeQueryDto } from './requests.dto.js';

const COLUMNS: string[] = EXPORT_COLUMNS.map(({ name }) => name);
const BEGINNING: ExportPosition = { channelId: '0', messageId: '0' };

/** Reads messages in large pages, from the channels whose history the caller may read at this moment. */
@Injectable()
export class ExportReader {
  constructor(@Inject(AuthorizedReader) private readonly reading: AuthorizedReader) {}

  /**
   * The JSON text of a page. `within`: no other channels, whatever the caller may read.
   * @throws AppError as {@link AuthorizedReader.inGuild} and {@link historyChannels}; `SEARCH.TOO_BROAD`; `REQUEST.INVALID`
   */
  page(
    principal: Principal,
    { after, limit, details, ...request }: ExportQueryDto,
    within?: ReadonlySet<string>,
  ): Promise<string> {
    const position = after === undefined ? BEGINNING : positionOf(after);
    return this.inExport(principal, request, async (query, filter) => {
      const withRevisions = seesAllChannels(principal);
      const withDetails = details === 'true';
      const channelIds = within ? filter.channelIds.filter((id) => within.has(id)) : filter.channelIds;
      const wanted = { ...filter, channelIds, after: position, limit, withRevisions, withDetails };
      const page = await exportRows(query, wanted);
      const seq = await readGuildHead(query, request.guild);
      const next = page.next && `${page.next.channelId}:${page.next.messageId}`;
      const columns = JSON.stringify(withDetails ? [...COLUMNS, EXPORT_DETAILS] : COLUMNS);
      return `{"seq":${seq},"next":${JSON.stringify(next)},"columns":${columns},"rows":${page.json}}`;
    });
  }

  /** @throws AppError as {@link page} */
  size(principal: Principal, request: ExportSizeQueryDto): Promise<RestExportSize> {
    return this.inExport(principal, request, async (query, filter) => ({
      seq: await readGuildHead(query, request.guild),
      ...(await exportSize(query, filter)),
    }));
  }

  private async inExport<T>(
    principal: Principal,
    request: ExportSizeQueryDto,
    work: (query: Querying, filter: ExportFilter) => Promise<T>,
  ): Promise<T> {
    const conditions = conditionsOf(request);
    return this.reading.inGuild(principal, request.guild, async ({ query, loadRights }) => {
      const channelIds = await historyChannels(loadRights, request.channels);
      return work(query, { ...conditions, channelIds });
    });
  }
}

function positionOf(cursor: string): ExportPosition {
  const [channelId, messageId] = cursor.split(':') as [string, string];
  if (isStorableId(channelId) && isStorableId(messageId)) return { channelId, messageId };
  throw new AppError('REQUEST.INVALID', 'after must be `next` of a page');
}

/** @throws AppError `REQUEST.INVALID` for conditions that deleted messages, which have no content, cannot match */
function conditionsOf(request: ExportSizeQueryDto): Omit<ExportFilter, 'channelIds'> {
  const { q, author, mentions, from, to, has, since, until } = request;
  if (since !== undefined && [q, author, mentions, has].some((each) => each !== undefined))
    throw new AppError('REQUEST.INVALID', 'since excludes q, author, mentions and has');
  return {
    text: q,
    authorId: author,
    mentions,
    has,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    since: since === undefined ? undefined : Number(since),
    until: until === undefined ? undefined : Number(until),
  };
}
