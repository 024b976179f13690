import { randomFillSync } from 'node:crypto';

const BYTES_PER_TRACE = 24;
/** Random bytes for many traces, because one call for them costs as much as normalizing a message. */
const pool = Buffer.alloc(BYTES_PER_TRACE * 256);
let used = pool.length;

/** A new W3C trace context (version 00, not sampled): links the events of one dispatch in every later stage. */
export function newTraceparent(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, (used += BYTES_PER_TRACE));
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-00`;
}
