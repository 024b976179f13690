import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { AttachmentState } from '@discord-relay/contracts';
import type { ByteRange } from '@discord-relay/platform/object-store';
import type { KeptContent, KeptFiles } from './kept-files.js';
import { disconnectWhenStalled } from '../network/stalled-client.js';
import { dispositionOf, shownType } from './media-type.js';

/** The content is of users: whatever it is, a browser runs nothing of it. */
const POLICY = "default-src 'none'; sandbox";

interface Sent {
  files: Pick<KeptFiles, 'read'>;
  content: KeptContent;
  attachment: Pick<AttachmentState, 'filename' | 'contentType'>;
}

/**
 * Sends a kept file or the range of it that the client asks for. Resolves when it is sent or the client has gone away.
 * @throws AppError as {@link KeptFiles.read}; Error when the store fails while the file is sent, whose connection is then closed
 */
export async function sendKeptFile(request: Request, response: Response, sent: Sent): Promise<void> {
  const { bytes, sha256 } = sent.content;
  const etag = `"${sha256}"`;
  const range = requestedRange(request, bytes, etag);
  if (range === 'unsatisfiable')
    return void response.status(416).setHeader('Content-Range', `bytes */${bytes}`).end();
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  const opened = request.method === 'HEAD' ? undefined : await sent.files.read(sent.content, range);
  describe(response, sent.attachment);
  response.setHeader('ETag', etag).setHeader('Accept-Ranges', 'bytes');
  if (request.fresh) {
    opened?.destroy();
    return void response.status(304).end();
  }
  response.setHeader('Content-Length', end - start + 1);
  if (range) response.status(206).setHeader('Content-Range', `bytes ${start}-${end}/${bytes}`);
  if (!opened) return void response.end();
  disconnectWhenStalled(response);
  await pipeline(opened, response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

function describe(response: Response, { filename, contentType }: Sent['attachment']): void {
  const type = shownType(contentType, filename);
  response.setHeader('Content-Type', type ?? 'application/octet-stream');
  response.setHeader('Content-Disposition', dispositionOf(type ? 'inline' : 'attachment', filename));
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

/** undefined: the whole file, also when several ranges are asked for, or when the client has another file. */
function requestedRange(
  request: Request,
  bytes: number,
  etag: string,
): ByteRange | 'unsatisfiable' | undefined {
  const ifRange = request.headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const ranges = request.range(bytes, { combine: true });
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1)
    return undefined;
  return ranges[0];
}
