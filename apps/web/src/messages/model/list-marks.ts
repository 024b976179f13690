import {
  compareSnowflakes,
  firstSnowflakeAt,
  type RestGap,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import { type MessageWindow, place } from './message-window.js';

/** A time in which nothing was received from Discord. */
export type ListedGap = Pick<RestGap, 'gapId' | 'cause' | 'from' | 'to' | 'recovered'>;

/** A time without events that a replay skipped. ISO 8601. */
export interface Skip {
  from: string;
  to: string;
}

/** What the list shows between messages, at the place of an id. */
export type ListMark = { id: Snowflake; timestamp: string } & (
  { kind: 'deleted' } | { kind: 'gap'; gap: ListedGap } | { kind: 'skip'; skip: Skip }
);

/** The marks inside a window, in order: deleted messages, times in which nothing was received, and skipped ones. */
export function listMarks(
  window: Pick<MessageWindow, 'from' | 'to'>,
  deletedIds: Iterable<Snowflake>,
  gaps: readonly ListedGap[],
  skips: readonly Skip[] = [],
): ListMark[] {
  const marks: ListMark[] = [
    ...[...deletedIds].map((id) => ({ kind: 'deleted' as const, id, timestamp: timeOf(id) })),
    ...gaps.flatMap((gap) =>
      gap.from === null ? [] : [{ kind: 'gap' as const, gap, ...placeAt(gap.from) }],
    ),
    ...skips.map((skip) => ({ kind: 'skip' as const, skip, ...placeAt(skip.from) })),
  ];
  return marks
    .filter(({ id }) => place({ ...window, messages: [] }, id) === 'inside')
    .sort((a, b) => compareSnowflakes(a.id, b.id));
}

const placeAt = (timestamp: string) => ({ id: firstSnowflakeAt(Date.parse(timestamp)), timestamp });

const timeOf = (id: Snowflake): string => new Date(snowflakeTimeMs(id)).toISOString();
