import { createParamDecorator, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import { AnyFilesInterceptor } from '@nestjs/platform-express';
import { parseJson } from '../../json/parse-json.js';
import type { AttachmentRecord } from '../../state/model/records.js';
import { DiscordError } from '../../http/discord-error.js';

/** Discord's limit for a request without boosts. */
const MAX_FILE_BYTES = 10_485_760;
const MAX_FILES = 10;

/** A file of a request; `slot` is the `n` of its `files[n]`; the body refers to the file by this number. */
export interface UploadedFile {
  slot: string;
  file: Omit<AttachmentRecord, 'id'>;
}

/** The contents of a request, which came as JSON or as a form. */
export interface Form {
  body: unknown;
  files: UploadedFile[];
}

/** The parts of multer's files that are used here. */
interface RawFile {
  fieldname: string;
  originalname: string;
  mimetype: string;
  buffer: Buffer;
}

interface Request {
  body?: unknown;
  files?: RawFile[];
}

/** Lets a route accept `multipart/form-data` besides JSON. */
export const TakesFiles = () =>
  UseInterceptors(
    AnyFilesInterceptor({
      limits: { fileSize: MAX_FILE_BYTES, files: MAX_FILES, fieldSize: MAX_FILE_BYTES },
      defParamCharset: 'utf8',
    }),
  );

/** The parameter that receives the request as a `Form`. */
export const RequestForm = createParamDecorator((_unused: unknown, context: ExecutionContext): Form => {
  const { body, files } = context.switchToHttp().getRequest<Request>();
  return files === undefined
    ? { body, files: [] }
    : { body: payloadOf(body), files: files.map(uploadedFile) };
});

/** The JSON in `payload_json`; without it the form's fields are the body. */
function payloadOf(fields: unknown): unknown {
  const { payload_json: text } = (fields ?? {}) as { payload_json?: unknown };
  if (typeof text !== 'string') return fields;
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DiscordError(400, 50109, 'The request body contains invalid JSON.');
  }
}

function uploadedFile({ fieldname, originalname, mimetype, buffer }: RawFile): UploadedFile {
  const slot = /\[(\d+)\]$/.exec(fieldname)?.[1] ?? fieldname;
  return {
    slot,
    file: {
      filename: originalname.replace(/[/\\\p{Cc}]/gu, '_') || 'unnamed',
      contentType: mimetype,
      data: buffer.toString('base64'),
    },
  };
}
