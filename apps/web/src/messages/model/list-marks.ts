import {
  compareSnowflakes,
  firstSnowflakeAt,
  type RestGap,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import { type MessageWindow, place } from './message-window.js';

/** What the list shows between messages, at the place of an id. */
export type ListMark = { id: Snowflake; timestamp: string } & (
  { kind: 'deleted' } | { kind: 'gap'; gap: RestGap }
);

/** The marks inside a window, in order: deleted messages, and times in which nothing was received from Discord. */
export function listMarks(
  window: Pick<MessageWindow, 'from' | 'to'>,
  deletedIds: Iterable<Snowflake>,
  gaps: readonly RestGap[],
): ListMark[] {
  const marks: ListMark[] = [
    ...[...deletedIds].map((id) => ({ kind: 'deleted' as const, id, timestamp: timeOf(id) })),
    ...gaps.flatMap((gap) =>
      gap.from === null
        ? []
        : [
            {
              kind: 'gap' as const,
              gap,
              id: firstSnowflakeAt(Date.parse(gap.from)),
              timestamp: gap.from,
            },
          ],
    ),
  ];
  return marks
    .filter(({ id }) => place({ ...window, messages: [] }, id) === 'inside')
    .sort((a, b) => compareSnowflakes(a.id, b.id));
}

const timeOf = (id: Snowflake): string => new Date(snowflakeTimeMs(id)).toISOString();
