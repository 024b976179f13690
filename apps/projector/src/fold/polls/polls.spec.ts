import type { PollState, RelayEvent } from '@discord-relay/contracts';
import { AT, CHANNEL, created, deleted, edited, event, GUILD, id } from '../../testing/events.js';
import { fold, LoadedRows, WorkingSet } from '../index.js';

const T1 = '2025-01-01T00:01:00.000Z';
const T2 = '2025-01-01T01:02:00.000Z';
const on = { messageId: id(1), channelId: CHANNEL, guildId: GUILD };

function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  return {
    revisions: rows.messages.revisions,
    polls: rows.polls,
    hourly: rows.counts,
    message: rows.messages.rows.get(id(1)),
    positions: rows.positions.rows,
    changes: rows.changes,
  };
}

describe('revisions', () => {
  it('revisions keep the content before each edit, and its sequence in the log', () => {
    const { revisions, message } = given(created(1), edited(1, 'two', T1), edited(1, 'three', T2));
    expect(revisions.added).toEqual([
      { message_id: '1', revision: 0, content: 'message 1', edited_at: null, seq: 1 },
      { message_id: '1', revision: 1, content: 'two', edited_at: T1, seq: 2 },
    ]);
    expect(message).toMatchObject({ revision: 2, created_seq: 1, content_seq: 3 });
  });

  it('revisions are not created if the content stays the same', () => {
    const pinned = event('message.updated', { id: id(1), channelId: CHANNEL, guildId: GUILD, pinned: true });
    const { revisions, message } = given(created(1), pinned, edited(1, 'message 1', T1));
    expect(revisions.added).toEqual([]);
    expect(message).toMatchObject({ revision: 0, content_seq: 1, pinned: true });
  });

  it('revisions lose their content with the message, also those of earlier batches', () => {
    const { revisions } = given(created(1), edited(1, 'two', T1), deleted(1));
    expect(revisions.added).toMatchObject([{ revision: 0, content: null }]);
    expect(revisions.erased).toEqual(['1']);
  });
});

describe('polls', () => {
  const poll = (counts: PollState['results']): PollState => ({
    question: 'which?',
    answers: [1, 2].map((answer) => ({ id: answer, text: null, emoji: null })),
    expiresAt: null,
    multiselect: false,
    results: counts,
  });
  const vote = (userId: number, type: 'added' | 'removed' = 'added') =>
    event(`poll.vote_${type}`, { ...on, userId: id(userId), answerId: 1 });
  const votes = (...events: RelayEvent[]) =>
    Object.fromEntries(
      given(...events)
        .polls.dirtyCounts()
        .map((row) => [row.answer_id, row.votes]),
    );
  const withPoll = created(1, { poll: poll(null) });
  const counted = created(1, { poll: poll({ finalized: false, counts: [{ answerId: 1, count: 5 }] }) });

  it('polls count each vote once, however often it is reported', () => {
    expect(votes(withPoll, vote(7), vote(7), vote(8), vote(8, 'removed'), vote(8, 'removed'))).toEqual({
      1: 1,
    });
  });

  it('polls continue from Discord’s counts', () => {
    expect(votes(counted, vote(7), vote(7))).toEqual({ 1: 6, 2: 0 });
    expect(votes(counted, vote(9, 'removed'))).toEqual({ 1: 4, 2: 0 });
  });

  it('polls do not subtract a vote that was not counted', () => {
    expect(votes(withPoll, vote(7), vote(9, 'removed'))).toEqual({ 1: 1 });
  });

  it('polls have Discord’s final results', () => {
    const results = { finalized: true, counts: [{ answerId: 2, count: 3 }] };
    const end = event('message.updated', {
      id: id(1),
      channelId: CHANNEL,
      guildId: GUILD,
      poll: poll(results),
    });
    expect(votes(withPoll, vote(7), end)).toEqual({ 1: 0, 2: 3 });
  });

  it('polls are announced with all their counts when a vote changes one', () => {
    const later = created(1, { poll: poll({ finalized: false, counts: [{ answerId: 2, count: 5 }] }) });
    const { changes } = given(later, vote(7), vote(7), vote(9, 'removed'), deleted(1), vote(8));
    const polls = changes.flatMap(({ kind, seq, prev, body }) =>
      kind === 'message_update' ? [{ seq, prev, body }] : [],
    );
    const bodyOf = (first: number) => ({
      id: '1',
      channelId: CHANNEL,
      serverId: GUILD,
      poll: {
        ...poll({
          finalized: false,
          counts: [
            { answerId: 1, count: first },
            { answerId: 2, count: 5 },
          ],
        }),
      },
    });
    expect(polls).toEqual([
      { seq: 2, prev: 1, body: bodyOf(1) },
      { seq: 4, prev: 2, body: bodyOf(0) },
    ]);
  });

  it('polls that are not known are not announced', () => {
    expect(given(vote(7)).changes).toEqual([]);
    expect(given(created(1), vote(7)).changes.map(({ kind }) => kind)).toEqual(['message']);
  });

  it('polls are removed with the message', () => {
    const { polls } = given(counted, vote(7), deleted(1), vote(8));
    expect([polls.dirtyVotes(), polls.dirtyCounts(), polls.erasedMessages]).toEqual([[], [], ['1']]);
  });
});

describe('counts of hours', () => {
  const heart = { id: null, name: 'a', animated: false };
  const added = event('reaction.added', { ...on, userId: id(7), emoji: heart, burst: false }, { time: T2 });

  it('hourly counts include only real changes, in the hour of the event', () => {
    const once = [created(1), edited(1, 'new', T2), added, event('message.deleted', { ...on, id: id(1) })];
    const { hourly } = given(...once.flatMap((each) => [each, each]), added);
    const hour = { channel_id: CHANNEL, guild_id: GUILD };
    expect(hourly.rows).toEqual([
      { ...hour, hour: '2025-01-01T00:00:00.000Z', messages: 1, edits: 0, deletions: 1, reactions: 0 },
      { ...hour, hour: '2025-01-01T01:00:00.000Z', messages: 0, edits: 1, deletions: 0, reactions: 1 },
    ]);
  });
});

describe('positions', () => {
  it('the positions of the log contain the first event of each hour', () => {
    const at = (receivedat: string, n: number): RelayEvent => ({ ...created(n), receivedat });
    expect(given(at(AT, 1), at(T1, 2), at(T2, 3), at(T1, 4)).positions).toEqual([
      { guild_id: GUILD, hour: '2025-01-01T00:00:00.000Z', seq: 1 },
      { guild_id: GUILD, hour: '2025-01-01T01:00:00.000Z', seq: 3 },
    ]);
  });
});

describe('what a message carries', () => {
  it('the parts of a message are stored if there are any, and removed with the message', () => {
    const full = created(1, {
      components: [{ type: 1 }],
      stickerItems: [{ id: id(3), name: 's', formatType: 1 }],
      mentions: { users: [id(8)], roles: [], channels: [], everyone: false },
      reference: { type: 'forward', messageId: id(5), channelId: CHANNEL, guildId: GUILD },
    });
    expect(given(full).message).toMatchObject({
      components: [{ type: 1 }],
      stickers: [{ name: 's' }],
      mentions: { users: ['8'] },
      reference: { type: 'forward', messageId: '5' },
    });
    const none = { components: null, stickers: null, mentions: null };
    expect(given(created(1)).message).toMatchObject(none);
    expect(given(full, deleted(1)).message).toMatchObject({ ...none, reference: null });
  });
});
