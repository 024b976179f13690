import type { EventRecord } from '../services/stream-events.js';
import { formatTable } from './table.js';

export interface EventCounts {
  total: number;
  byType: Record<string, number>;
  /** Gaps of the range: the counts are too low for that time. */
  gaps: number;
  /** Events whose content is withheld. */
  redacted: number;
}

const ADDED_BY_SERVICE: ReadonlySet<string> = new Set(['relay.gap', 'relay.position', 'relay.end']);

/** Counts the events of a stream, up to its end. */
export async function countOf(records: AsyncIterable<{ record: EventRecord }>): Promise<EventCounts> {
  const byType = new Map<string, number>();
  const counts = { total: 0, redacted: 0 };
  // A response that continues reports the gaps of its range again.
  const gaps = new Set<string>();
  for await (const { record } of records) {
    if (record.type === 'relay.gap') gaps.add(`${String(record.data.gapId)} ${String(record.data.guildId)}`);
    if (ADDED_BY_SERVICE.has(record.type)) continue;
    counts.total += 1;
    if (record.redacted !== undefined) counts.redacted += 1;
    byType.set(record.type, (byType.get(record.type) ?? 0) + 1);
  }
  const sorted = [...byType].sort(([a, n], [b, m]) => m - n || a.localeCompare(b, 'en'));
  return { ...counts, gaps: gaps.size, byType: Object.fromEntries(sorted) };
}

/** One line per type, most frequent first. */
export function formatCounts({ total, byType, gaps, redacted }: EventCounts): string {
  const summary = `${total} events, ${redacted} without content, ${gaps} gaps in this range`;
  const rows = Object.entries(byType).map(([type, count]) => [type, String(count)]);
  return rows.length === 0 ? summary : `${formatTable(['TYPE', 'EVENTS'], rows)}\n${summary}`;
}
