import { randomBytes } from 'node:crypto';

/** A new W3C trace context (version 00, not sampled): ties the events of one dispatch together in every later stage. */
export function newTraceparent(): string {
  const hex = randomBytes(24).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-00`;
}
