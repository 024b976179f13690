import { AppError, type RestAttachmentText } from '@discord-relay/contracts';

/** How much of a file is read. */
export const MAX_TEXT_BYTES = 50_000;
const TIMEOUT_MS = 5_000;

/**
 * The beginning of a text file at Discord: pages of other origins may not read files there, because Discord's answers do not
 * allow it (CORS).
 * @throws AppError `ATTACHMENT.NOT_FOUND`, `MEDIA.UNAVAILABLE`
 */
export async function readText(url: string): Promise<RestAttachmentText> {
  const response = await load(url);
  if (response.status === 403 || response.status === 404) throw new AppError('ATTACHMENT.NOT_FOUND');
  if (!response.ok || !response.body) throw new AppError('MEDIA.UNAVAILABLE');
  return beginningOf(response.body as unknown as AsyncIterable<Uint8Array>).catch(unavailable);
}

/** One byte more than is shown tells whether the file is longer. */
const load = (url: string): Promise<Response> =>
  fetch(url, {
    headers: { range: `bytes=0-${MAX_TEXT_BYTES}` },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(unavailable);

function unavailable(cause: unknown): never {
  throw new AppError('MEDIA.UNAVAILABLE', undefined, { cause });
}

/** The beginning of a text file. The rest is not read, also where a server ignores the range. */
export async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<RestAttachmentText> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) break;
  }
  const complete = bytes <= MAX_TEXT_BYTES;
  const shown = Buffer.concat(chunks).subarray(0, MAX_TEXT_BYTES);
  // In a cut file, the bytes of a last character that is not whole are left out.
  return { text: new TextDecoder().decode(shown, { stream: !complete }), complete };
}
