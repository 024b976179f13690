import type { MessageRow } from './message-rows.js';

/** Consecutive rows that are rendered, laid out and painted together: where none of them changes, nothing is done again. */
export interface RowChunk {
  key: string;
  rows: readonly MessageRow[];
}

/** On average, a chunk has this many messages. A prime: ids have patterns. */
const MEAN_SIZE = 17;

/**
 * Divides rows into chunks by the ids of messages, so that most chunks stay as they are while rows are added or removed at the
 * ends. A chunk that has a row of an earlier one has its key; one whose rows are the same is the same object.
 * @param before the chunks of the same list when it was divided last
 */
export function chunkRows(rows: readonly MessageRow[], before: readonly RowChunk[]): readonly RowChunk[] {
  const known = new Map(before.flatMap((chunk) => chunk.rows.map((row) => [row.key, chunk] as const)));
  const reserved = new Set(before.map(({ key }) => key));
  const used = new Set<string>();
  return divide(rows).map((part) => {
    const earlier = part.map(({ key }) => known.get(key)).find((chunk) => chunk && !used.has(chunk.key));
    const key = earlier?.key ?? freeKey(part[0]!.key, (each) => reserved.has(each) || used.has(each));
    used.add(key);
    return earlier && areSame(earlier.rows, part) ? earlier : { key, rows: part };
  });
}

/** The key of a row may be that of an earlier chunk, which now has other rows. */
const freeKey = (key: string, isTaken: (key: string) => boolean): string =>
  isTaken(key) ? freeKey(`${key}+`, isTaken) : key;

function divide(rows: readonly MessageRow[]): MessageRow[][] {
  const parts: MessageRow[][] = [];
  rows.forEach((row, index) => {
    const isFirst = index === 0 || (beginsChunk(row) && rows[index - 1]!.kind === 'message');
    if (isFirst) parts.push([row]);
    else parts.at(-1)!.push(row);
  });
  return parts;
}

/** Marks stay with the message that follows, whose distance depends on them. */
const beginsChunk = (row: MessageRow): boolean =>
  row.kind === 'message' && Number(row.key.slice(-9)) % MEAN_SIZE === 0;

const areSame = (rows: readonly MessageRow[], others: readonly MessageRow[]): boolean =>
  rows.length === others.length && rows.every((row, index) => isSame(row, others[index]!));

function isSame(row: MessageRow, other: MessageRow): boolean {
  if (row.key !== other.key || row.kind !== other.kind) return false;
  if (row.kind === 'message')
    return other.kind === 'message' && row.message === other.message && row.leads === other.leads;
  if (row.kind === 'deleted' || row.kind === 'withheld')
    return other.kind === row.kind && row.count === other.count;
  return row.kind !== 'gap' || (other.kind === 'gap' && row.gap === other.gap);
}
