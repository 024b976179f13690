/** Sequences as text of this length have the same order as numbers. */
const DIGITS = 16;
const OFFSET = /^([0-9a-z]{1,7})_(\d{16})$/;

/** Where a read of a durable stream begins. */
export type DurableStart = 'beginning' | 'now' | { logId: string; seq: number };

/** The position after an event, as the Durable Streams protocol requires it: offsets of one log have the order of the events. */
export const formatOffset = (logId: string, seq: number): string =>
  `${logId}_${String(seq).padStart(DIGITS, '0')}`;

/** Returns undefined if the text is not an offset. */
export function parseOffset(text: string): DurableStart | undefined {
  if (text === '-1') return 'beginning';
  if (text === 'now') return 'now';
  const [, logId, seq] = OFFSET.exec(text) ?? [];
  return logId === undefined ? undefined : { logId, seq: Number(seq) };
}
