import type { RestGap, RestMessagesAsOf, Snowflake, WireHistoryMessage } from '@discord-relay/contracts';
import { formatMessages } from './format-messages.js';

const timestamp = '2026-01-01T10:00:00.000Z';
const message = (
  id: string,
  content: string,
  more: Partial<WireHistoryMessage> = {},
): WireHistoryMessage => ({
  ...{ id: id as Snowflake, content, author: { id: '7' as Snowflake, username: 'ada' }, timestamp },
  ...{
    editedTimestamp: null,
    pinned: false,
    revision: 0,
    channelId: '1' as Snowflake,
    serverId: '2' as Snowflake,
  },
  seq: 3,
  ...more,
});

it('`relay messages` prints a line for each message, whatever it contains', () => {
  const messages = [
    message('10', 'two\nlines\u001b[2J'),
    message('11', '', { editedTimestamp: timestamp, pinned: true, redacted: 'superseded' }),
  ];
  expect(formatMessages({ messages, seq: 3 }).split('\n')).toEqual([
    `10  ${timestamp}  ada  two\\u000alines\\u001b[2J`,
    `11  ${timestamp}  ada  [superseded, edited, pinned]`,
  ]);
  expect(formatMessages({ messages: [], seq: 3 })).toBe('no messages');
});

it('`relay messages --as-of` prints what the page cannot show at its place, the point and the gaps', () => {
  const gap = { from: null, to: timestamp, cause: 'session_lost' } as RestGap;
  const asOf: RestMessagesAsOf = {
    ...{ clock: 'observed', seq: 25, time: timestamp, gaps: [gap] },
    deleted: [{ id: '9' as Snowflake, timestamp }],
    unknown: [{ id: '100' as Snowflake, timestamp }],
  };
  expect(formatMessages({ messages: [message('10', 'a')], seq: 30, asOf }).split('\n')).toEqual([
    `9  ${timestamp}  [deleted since]`,
    `10  ${timestamp}  ada  a`,
    `100  ${timestamp}  [text of then not known]`,
    `as of sequence 25, the time ${timestamp}`,
    `gap: events may be missing from an unknown time to ${timestamp} (session_lost)`,
  ]);
});
