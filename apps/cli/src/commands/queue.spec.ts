import { NO_QUEUE, type QueueEntry, type Snowflake } from '@discord-relay/contracts';
import { changedBy, formatQueue, formatSettings } from './queue.js';

const [A, B] = ['1', '2'] as [Snowflake, Snowflake];
const NOW_MS = Date.parse('2026-01-02T03:00:00Z');
const entry: QueueEntry = {
  ...{ id: A, guildId: B, channelId: A, parentId: B, name: 'help', state: 'waiting' },
  ...{ opener: { id: A, name: 'ada' }, openedAt: '2026-01-01T00:00:00Z' },
  ...{ lastSpeaker: { id: B, name: null }, lastMessageAt: '2026-01-02T02:55:00Z' },
  ...{ waitingSince: '2026-01-02T02:55:00Z', firstResponseAt: null, firstResponseS: 45 },
};
const counts = { waiting: 1, answered: 2, solved: 3 };
const page = { entries: [entry], next: null, counts, beyondLimit: [], configured: true, seq: 1 };

it('the queue listing prints the waiting conversations with their waiting times, and the counts', () => {
  expect(formatQueue(page, NOW_MS).split('\n')).toEqual([
    'ID  NAME  OPENER  LAST  AGE    WAITS  FIRST RESPONSE',
    '1   help  ada     2     1d 3h  5m     45s',
    '1 waiting, 2 answered, 3 solved',
  ]);
  expect(formatQueue({ ...page, entries: [] }, NOW_MS)).toBe('1 waiting, 2 answered, 3 solved');
});

it('the queue listing says which limits leave out older conversations', () => {
  expect(
    formatQueue({ ...page, beyondLimit: ['threads', 'messages'] }, NOW_MS)
      .split('\n')
      .slice(-2),
  ).toEqual([
    'older threads are left out: see QUEUE_MAX_THREADS',
    'older messages are left out: see QUEUE_MAX_MESSAGES',
  ]);
});

it('the queue listing says when the queue is not set up', () => {
  expect(formatQueue({ ...page, entries: [], configured: false }, NOW_MS)).toContain('relay queue settings');
});

it('changing the queue settings replaces the given lists, empties the cleared ones and keeps the others', () => {
  const before = { ...NO_QUEUE, staffRoleIds: [A], channelIds: [A], solvedTagIds: [A] };
  expect(changedBy(before, { clear: [] })).toBeUndefined();
  expect(changedBy(before, { clear: ['solved-tag'], channel: [B], solvedWhenArchived: false })).toEqual({
    ...before,
    ...{ channelIds: [B], solvedTagIds: [], solvedWhenArchived: false },
  });
});

it('`relay queue settings` prints the settings and who changed them', () => {
  const changed = { revision: 3, updatedBy: 'ada', updatedAt: '2026-01-01T00:00:00.000Z' };
  const text = formatSettings({ ...NO_QUEUE, staffRoleIds: [A, B], ...changed });
  expect(text).toMatch(/staff-role +1 2\n/);
  expect(text).toMatch(/solved-when-archived +yes\n/);
  expect(text).toMatch(/changed +2026-01-01T00:00:00.000Z by ada$/);
  expect(formatSettings({ ...NO_QUEUE, revision: 0, updatedBy: null, updatedAt: null })).toMatch(
    /changed +never$/,
  );
});
