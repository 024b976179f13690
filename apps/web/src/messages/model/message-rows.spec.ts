import { firstSnowflakeAt, type RestGap, type Snowflake } from '@discord-relay/contracts';
import { listMarks } from './list-marks.js';
import type { ListedMessage } from './message-window.js';
import { GROUP_WINDOW_MS, type MessageRow, messageRows } from './message-rows.js';

const START_MS = Date.parse('2026-03-01T23:50:00.000Z');
const utcDay = (timestamp: string) => timestamp.slice(0, 10);

const message = (id: number, author: string, afterMs: number): ListedMessage => ({
  id: String(id) as Snowflake,
  content: '',
  author: { id: author as Snowflake, username: author },
  timestamp: new Date(START_MS + afterMs).toISOString(),
  channelId: '1' as Snowflake,
  serverId: '1' as Snowflake,
  editedTimestamp: null,
  pinned: false,
  revision: 0,
  seq: id,
});

const shape = (rows: MessageRow[]) =>
  rows.map((row) => (row.kind !== 'message' ? row.kind : row.leads ? 'leads' : 'follows'));

describe('messageRows', () => {
  it('messageRows groups messages of one author that are close together', () => {
    const rows = messageRows([message(1, '7', 0), message(2, '7', GROUP_WINDOW_MS - 1)], utcDay);
    expect(shape(rows)).toEqual(['day', 'leads', 'follows']);
  });

  it('messageRows starts a new group after a pause, counted from the previous message', () => {
    const messages = [message(1, '7', 0), message(2, '7', 60_000), message(3, '7', 60_000 + GROUP_WINDOW_MS)];
    expect(shape(messageRows(messages, utcDay))).toEqual(['day', 'leads', 'follows', 'leads']);
  });

  it('messageRows starts a new group with another author', () => {
    expect(shape(messageRows([message(1, '7', 0), message(2, '8', 1)], utcDay))).toEqual([
      'day',
      'leads',
      'leads',
    ]);
  });

  it('messageRows starts a new group with an answer, and around a system message', () => {
    const replyTo = { messageId: '1' as Snowflake, channelId: '1' as Snowflake };
    const answered = [message(1, '7', 0), { ...message(2, '7', 1), type: 19, replyTo }];
    expect(shape(messageRows(answered, utcDay))).toEqual(['day', 'leads', 'leads']);
    const pinned = [message(1, '7', 0), { ...message(2, '7', 1), type: 6 }, message(3, '7', 2)];
    expect(shape(messageRows(pinned, utcDay))).toEqual(['day', 'leads', 'leads', 'leads']);
  });

  it('messageRows treats every name of a webhook as a separate author', () => {
    const by = (id: number, username: string): ListedMessage => ({
      ...message(id, '7', id),
      author: { id: '7' as Snowflake, username },
      webhookId: '7' as Snowflake,
    });
    expect(shape(messageRows([by(1, 'build'), by(2, 'build'), by(3, 'deploy')], utcDay))).toEqual([
      'day',
      'leads',
      'follows',
      'leads',
    ]);
  });

  it('messageRows separates days and starts a new group with each', () => {
    const rows = messageRows([message(1, '7', 9 * 60_000), message(2, '7', 11 * 60_000)], utcDay);
    expect(shape(rows)).toEqual(['day', 'leads', 'day', 'leads']);
  });

  it('messageRows marks where unread messages begin, and nothing above the loaded messages', () => {
    const messages = [message(1, '7', 0), message(2, '7', 1), message(3, '7', 2)];
    const shapeUpTo = (id: string) => shape(messageRows(messages, utcDay, id as Snowflake));
    expect(shapeUpTo('1')).toEqual(['day', 'leads', 'unread', 'leads', 'follows']);
    expect(shapeUpTo('0')).toEqual(['day', 'leads', 'follows', 'follows']);
    expect(shapeUpTo('3')).toEqual(['day', 'leads', 'follows', 'follows']);
  });

  it('messageRows gives every row a unique key', () => {
    const rows = messageRows([message(1, '7', 0), message(2, '7', 86_400_000)], utcDay);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('messageRows shows nothing for no messages', () => {
    expect(messageRows([], utcDay)).toEqual([]);
  });

  describe('with marks', () => {
    const gapFrom = (from: string | null, gapId = 'g'): RestGap => ({
      gapId,
      cause: 'session_lost',
      openedAt: null,
      from,
      to: null,
      closedAt: null,
      recovered: null,
      unrecoverable: null,
    });
    const idAt = (afterMs: number) => firstSnowflakeAt(START_MS + afterMs);
    const at = (afterMs: number) => ({ ...message(1, '7', afterMs), id: idAt(afterMs) });
    const ALL = { from: '0' as Snowflake, to: null };

    it('messageRows shows a gap where it began, below the heading of its day, and starts a new group after it', () => {
      const marks = listMarks(ALL, [], [gapFrom('2026-03-02T00:01:00.000Z'), gapFrom(null)]);
      expect(shape(messageRows([at(0), at(12 * 60_000)], utcDay, null, marks))).toEqual([
        ...['day', 'leads', 'day', 'gap', 'leads'],
      ]);
    });

    it('messageRows shows consecutive deletions as one row', () => {
      const marks = listMarks(ALL, [idAt(3), idAt(2), idAt(5)], []);
      const rows = messageRows([at(1), at(4), at(6)], utcDay, null, marks);
      expect(rows.flatMap((row) => (row.kind === 'deleted' ? [row.count] : []))).toEqual([2, 1]);
      expect(shape(rows)).toEqual(['day', 'leads', 'deleted', 'leads', 'deleted', 'leads']);
    });

    it('messageRows shows no mark outside the window', () => {
      const window = { from: idAt(2), to: idAt(4) };
      const marks = listMarks(window, [idAt(1), idAt(3), idAt(5)], [gapFrom('2020-01-01T00:00:00.000Z')]);
      expect(marks.map(({ id }) => id)).toEqual([idAt(3)]);
    });
  });
});
