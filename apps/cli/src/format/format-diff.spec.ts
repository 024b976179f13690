import type { RestAsOf, RestChannelDiff, RestGap, RestGuildDiff } from '@discord-relay/contracts';
import { formatChannelDiff, formatGuildDiff } from './format-diff.js';

const at = (seq: number, gaps: RestGap[] = []): RestAsOf => ({ clock: 'observed', seq, time: null, gaps });
const NOTHING = { added: [], removed: [], changed: [] };
const gap = { from: '2026-01-01T00:00:00.000Z', to: null, cause: 'session_lost' } as RestGap;

it('`relay diff guild` prints a line for each change with the fields that differ', () => {
  const diff = {
    ...{ from: at(10, [gap]), to: at(20, [gap]), rooms: NOTHING, next: '503' },
    server: { before: { id: '1', name: 'Old', icon: null }, after: { id: '1', name: 'New', icon: null } },
    channels: {
      added: [{ id: '5', name: 'added' }],
      removed: [{ id: '6', name: 'gone\u001b[0m' }],
      changed: [
        {
          before: { id: '7', name: 'a', topic: 'x', seq: 3 },
          after: { id: '7', name: 'b', topic: 'x', seq: 9 },
        },
      ],
    },
    roles: { ...NOTHING, removed: [{ id: '8', name: 'helpers' }] },
    members: {
      ...NOTHING,
      changed: [
        {
          before: { userId: '9', username: 'ada', nick: null },
          after: { userId: '9', username: 'ada', nick: 'A' },
        },
      ],
    },
  } as unknown as RestGuildDiff;
  expect(formatGuildDiff(diff).split('\n')).toEqual([
    'from sequence 10 to sequence 20',
    'server changed  1  name: "Old" -> "New"',
    'channel added  5  added',
    'channel removed  6  gone\\u001b[0m',
    'channel changed  7  b  name: "a" -> "b"',
    'role removed  8  helpers',
    'member changed  9  ada  nick: null -> "A"',
    'gap: events may be missing from 2026-01-01T00:00:00.000Z to an unknown time (session_lost)',
    'more: --after 503',
  ]);
});

it('`relay diff channel` prints created, changed and deleted messages, and shortens long values', () => {
  const timestamp = '2026-01-01T00:00:00.000Z';
  const message = (id: string, content: string, seq: number) => ({
    ...{
      id,
      content,
      timestamp,
      author: { id: '7', username: 'ada' },
      editedTimestamp: null,
      pinned: null,
      seq,
    },
  });
  const diff = {
    ...{ from: at(10), to: at(20), next: null, created: [message('1', 'hello', 11)] },
    changed: [{ before: message('2', 'a', 5), after: message('2', 'b'.repeat(500), 12) }],
    deleted: [{ id: '3', timestamp }],
  } as unknown as RestChannelDiff;
  const lines = formatChannelDiff(diff).split('\n');
  expect(lines[1]).toBe(`message created  1  ${timestamp}  ada  hello`);
  expect(lines[2]).toMatch(/^message changed {2}2 {2}content: "a" -> "b+…$/);
  expect(lines[2]!.length).toBeLessThan(200);
  expect(lines[3]).toBe(`message deleted  3  ${timestamp}`);
  const empty = { ...diff, created: [], changed: [], deleted: [] };
  expect(formatChannelDiff(empty).split('\n')).toEqual([
    'from sequence 10 to sequence 20',
    'nothing changed',
  ]);
});
