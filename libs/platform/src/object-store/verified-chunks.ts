import { createHash } from 'node:crypto';
import type { ObjectSource } from './object-store.js';

/**
 * The content of a source. The last chunk follows only after the content was found to be the announced one, so that a receiver that knows
 * the length never gets all of another content.
 * @throws Error when it is another content
 */
export async function* verifiedChunks({ bytes, sha256, open }: ObjectSource): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let last: Buffer | undefined;
  let read = 0;
  for await (const chunk of open() as AsyncIterable<Buffer>) {
    hash.update(chunk);
    read += chunk.length;
    // More than was announced: the end of the source does not matter any more.
    if (read > bytes) break;
    if (last) yield last;
    last = chunk;
  }
  if (read !== bytes || hash.digest('hex') !== sha256)
    throw new Error('the content changed while it was stored');
  if (last) yield last;
}
