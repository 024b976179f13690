import fc from 'fast-check';
import type { MessageState, RelayEvent, Snowflake } from '@discord-relay/contracts';
import { GUILD_ID, message } from '../../testing/dispatches.js';
import {
  historyEvent,
  differsFromLog,
  reactionsDiffer,
  readHistoryMessage,
  updateOfHistory,
} from './history-message.js';
import { KnownMessages } from './known-messages.js';

const CHANNEL = message().channel_id as string;
const ID = message().id as Snowflake;
const origin = {
  guildId: GUILD_ID as Snowflake,
  gapId: 'a:b',
  shardId: 0,
  receivedAt: '2026-01-01T00:00:00.000Z',
};
const read = (changes: Record<string, unknown> = {}) => readHistoryMessage(message(changes), origin)!;
const place = { messageId: ID, channelId: CHANNEL as Snowflake, guildId: origin.guildId };
const thumb = { id: null, name: '👍', animated: false };

const reaction = (type: 'reaction.added' | 'reaction.removed', userId: string): RelayEvent =>
  historyEvent(origin, {
    type,
    id: `${type}:${userId}`,
    data: { ...place, userId: userId as Snowflake, emoji: thumb, burst: false },
  });
const deleted = historyEvent(origin, {
  type: 'message.deleted',
  id: 'd',
  data: { id: ID, channelId: place.channelId, guildId: place.guildId },
});

function knownAfter(...events: RelayEvent[]) {
  const known = new KnownMessages();
  for (const event of events) known.apply(event);
  return known;
}

describe('the comparison of the log with history', () => {
  it('the comparison of the log with history finds no difference if nothing happened', () => {
    const known = knownAfter(read().created).find(CHANNEL, ID)!;
    expect(differsFromLog(read(), known)).toBe(false);
    expect(reactionsDiffer(read(), known)).toBe(false);
  });

  it.each([
    ['content', { content: 'other' }],
    ['an edit', { edited_timestamp: '2025-03-02T10:00:00.000000+00:00' }],
    ['a pin', { pinned: true }],
    ['an unfolded link', { embeds: [{ title: 'x' }] }],
  ])(
    'the comparison of the log with history finds a difference in %s, and none after the update',
    (_, changes) => {
      const known = knownAfter(read().created);
      const now = read(changes);
      expect(differsFromLog(now, known.find(CHANNEL, ID)!)).toBe(true);
      known.apply(updateOfHistory(now, known.find(CHANNEL, ID)!, origin)!);
      expect(differsFromLog(now, known.find(CHANNEL, ID)!)).toBe(false);
    },
  );

  it('an update in the log is identified by its edit time, otherwise by its content', () => {
    const known = knownAfter(read().created).find(CHANNEL, ID)!;
    const edited = updateOfHistory(
      read({ edited_timestamp: '2025-03-02T10:00:00.000000+00:00' }),
      known,
      origin,
    )!;
    expect(edited.id).toBe(`message.updated:backfill:${ID}:2025-03-02T10:00:00.000Z`);
    expect(updateOfHistory(read({ pinned: true }), known, origin)!.id).toMatch(
      /^message\.updated:backfill:\d+:\S{16}$/,
    );
    expect(edited).toMatchObject({ source: 'discord-backfill', sessionid: 'backfill', discordseq: 0 });
  });

  it('the comparison of the log with history distinguishes reactions by number, and normal from super ones', () => {
    const known = knownAfter(read().created, reaction('reaction.added', '1')).find(CHANNEL, ID)!;
    const summary = (count: number, burst: number) =>
      read({
        reactions: [
          { emoji: { id: null, name: '👍' }, count, count_details: { burst, normal: count - burst } },
        ],
      });
    expect(reactionsDiffer(summary(1, 0), known)).toBe(false);
    expect(reactionsDiffer(summary(1, 1), known)).toBe(true);
    expect(reactionsDiffer(summary(2, 0), known)).toBe(true);
    expect(reactionsDiffer(read(), known)).toBe(true);
  });

  it('the comparison of the log with history counts the parts that are unreadable or over a limit', () => {
    expect(read().droppedParts).toBe(0);
    expect(
      read({ content: 'x'.repeat(20_000), embeds: Array(12).fill({}), reactions: [5] }).droppedParts,
    ).toBe(4);
  });

  it('the comparison of the log with history rejects what cannot be read', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        (fields) => void readHistoryMessage(fields, origin),
      ),
    );
    expect(readHistoryMessage({ id: ID }, origin)).toBeUndefined();
  });
});

describe('KnownMessages', () => {
  it('KnownMessages keeps a deleted message deleted, and changes that came before its creation', () => {
    const known = knownAfter(deleted, read().created);
    expect(known.find(CHANNEL, ID)!.deleted).toBe(true);
    expect(known.idsOf(CHANNEL)).toEqual([]);
  });

  it('KnownMessages has the same result if a part of the log is seen twice, as with live traffic', () => {
    const events = [
      read().created,
      reaction('reaction.added', '1'),
      reaction('reaction.removed', '1'),
      reaction('reaction.added', '2'),
      updateOfHistory(read({ content: 'x' }), knownAfter(read().created).find(CHANNEL, ID)!, origin)!,
    ];
    fc.assert(
      fc.property(fc.nat(events.length), (from) => {
        const once = knownAfter(...events).find(CHANNEL, ID)!;
        const twice = knownAfter(...events, ...events.slice(from)).find(CHANNEL, ID)!;
        expect(twice).toEqual(once);
      }),
    );
  });

  it('KnownMessages reports what live traffic has changed since', () => {
    const known = knownAfter(read().created);
    const mark = known.liveTicks;
    expect(known.changedLiveSince(CHANNEL, ID, mark)).toBe(false);
    known.apply(reaction('reaction.added', '1'), true);
    expect(known.changedLiveSince(CHANNEL, ID, mark)).toBe(true);
    expect(known.changedLiveSince(CHANNEL, ID, known.liveTicks)).toBe(false);
  });

  it('KnownMessages counts what backfill wrote since the last gap was closed', () => {
    const data = { gapId: 'x', recovered: {} as never, unrecoverable: [], channels: { done: 0, skipped: 0 } };
    const closed = historyEvent(origin, { type: 'gap.closed', id: 'c', data });
    const known = knownAfter(read().created, closed, deleted);
    expect(known.recovered).toMatchObject({ messages: 0, deletions: 1 });
  });

  it('KnownMessages drops the oldest messages, but none after the bound', () => {
    const at = (id: number): MessageState => ({ ...read().state, id: String(id) as Snowflake });
    const created = [1, 2, 3, 4, 5].map((id) =>
      historyEvent(origin, { type: 'message.created', id: String(id), data: at(id) }),
    );
    const known = knownAfter(...created);
    known.prune(1, '3' as Snowflake);
    expect(known.idsOf(CHANNEL)).toEqual(['4', '5']);
  });
});
