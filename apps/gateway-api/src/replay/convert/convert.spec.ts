import type { EventDataByType, EventType, PollState, RelayEvent, Snowflake } from '@discord-relay/contracts';
import { liveFactsOf, type MessageEffect, type PastEvent } from './live-facts.js';
import { PastPlaces } from './past-places.js';
import { PollTally } from './poll-tally.js';

const id = (text: string) => text as Snowflake;
const AT = '2026-01-02T03:04:05.678Z';
const PLACE = { channelId: id('10'), guildId: id('1') };
const CREATED: EventDataByType['message.created'] = {
  id: id('100'),
  ...PLACE,
  author: { id: id('7'), username: 'ada', globalName: 'Ada' },
  content: 'SECRET',
  createdAt: AT,
  attachments: [],
  embeds: [{ title: 'SECRET' }],
  pinned: false,
};
const NEW: MessageEffect = { created: true, changed: true, revision: 0 };
const COPY: MessageEffect = { created: false, changed: false, revision: undefined };
const POLL: PollState = {
  question: 'Which?',
  answers: [
    { id: 1, text: 'this', emoji: null },
    { id: 2, text: 'that', emoji: null },
  ],
  expiresAt: null,
  multiselect: false,
  results: null,
};

const memory = () => ({ polls: new PollTally(), places: new PastPlaces() });

const past = <T extends EventType>(
  type: T,
  data: EventDataByType[T],
  rest: Partial<PastEvent> = {},
): PastEvent => ({
  event: { type, data } as unknown as RelayEvent,
  redaction: undefined,
  effect: undefined,
  ...rest,
});

describe('past events', () => {
  it('past events of a new message have the shape of the live event, without empty parts', () => {
    expect(liveFactsOf(past('message.created', CREATED, { effect: NEW }), memory())).toEqual([
      {
        event: 'message',
        payload: {
          id: '100',
          content: 'SECRET',
          author: { id: '7', username: 'ada', globalName: 'Ada' },
          timestamp: AT,
          editedTimestamp: null,
          pinned: false,
          revision: 0,
          embeds: [{ title: 'SECRET' }],
          channelId: '10',
          serverId: '1',
        },
      },
    ]);
  });

  it('past events of a copy of a known message are nothing, or an update if it brought something new', () => {
    expect(liveFactsOf(past('message.created', CREATED, { effect: COPY }), memory())).toEqual([]);
    const later = { created: false, changed: true, revision: 2 };
    expect(liveFactsOf(past('message.created', CREATED, { effect: later }), memory())).toMatchObject([
      { event: 'message_update', payload: { id: '100', content: 'SECRET', revision: 2 } },
    ]);
  });

  it.each(['deleted', 'channel_deleted', 'not_projected', 'superseded'] as const)(
    'past events of a message whose content is withheld (%s) keep its ids and times only',
    (redaction) => {
      const created = liveFactsOf(past('message.created', CREATED, { redaction }), memory());
      expect(created).toMatchObject([
        { event: 'message', payload: { id: '100', content: '', timestamp: AT } },
      ]);
      const edit = { id: id('100'), ...PLACE, content: 'SECRET too', editedAt: AT };
      const updated = liveFactsOf(past('message.updated', edit, { redaction }), memory());
      expect(updated).toEqual([
        {
          event: 'message_update',
          payload: { id: '100', editedTimestamp: AT, channelId: '10', serverId: '1' },
        },
      ]);
      expect(JSON.stringify([created, updated])).not.toContain('SECRET');
      expect(JSON.stringify(created).includes('ada')).toBe(redaction === 'superseded');
    },
  );

  it('past events about parts of a withheld message are not sent, because they say who reacted or voted', () => {
    const part = { messageId: id('100'), ...PLACE, userId: id('8') };
    const emoji = { id: null, name: '👍', animated: false };
    const reacted = { ...part, emoji, burst: false };
    for (const redaction of ['deleted', 'channel_deleted', 'not_projected'] as const)
      expect(liveFactsOf(past('reaction.added', reacted, { redaction }), memory())).toEqual([]);
    for (const redaction of [undefined, 'superseded'] as const)
      expect(liveFactsOf(past('reaction.added', reacted, { redaction }), memory())).toEqual([
        {
          event: 'reaction_add',
          payload: {
            messageId: '100',
            channelId: '10',
            serverId: '1',
            userId: '8',
            emoji: { id: null, name: '👍' },
            burst: false,
          },
        },
      ]);
  });

  it('past events of a bulk deletion are one deletion for each message', () => {
    const facts = liveFactsOf(past('message.bulk_deleted', { ids: [id('1'), id('2')], ...PLACE }), memory());
    expect(facts.map(({ event, payload }) => [event, (payload as { id: string }).id])).toEqual([
      ['message_delete', '1'],
      ['message_delete', '2'],
    ]);
  });

  it('past events of votes carry the poll with its counts at that time', () => {
    const seen = memory();
    liveFactsOf(past('message.created', { ...CREATED, poll: POLL }, { effect: NEW }), seen);
    const vote = (answerId: number) => ({ messageId: id('100'), ...PLACE, userId: id('8'), answerId });
    const counts = (type: 'poll.vote_added' | 'poll.vote_removed', answerId: number) =>
      liveFactsOf(past(type, vote(answerId)), seen).map(
        ({ payload }) => (payload as { poll: PollState }).poll.results?.counts,
      );
    expect(counts('poll.vote_added', 2)).toEqual([[{ answerId: 2, count: 1 }]]);
    expect(counts('poll.vote_added', 1)).toEqual([
      [
        { answerId: 1, count: 1 },
        { answerId: 2, count: 1 },
      ],
    ]);
    expect(counts('poll.vote_removed', 2)).toEqual([
      [
        { answerId: 1, count: 1 },
        { answerId: 2, count: 0 },
      ],
    ]);
    expect(liveFactsOf(past('poll.vote_added', { ...vote(1), messageId: id('999') }), seen)).toEqual([]);
  });

  it('past events of votes count from the numbers that Discord reported, also of answers without votes', () => {
    const seen = memory();
    const results = { finalized: false, counts: [{ answerId: 2, count: 5 }] };
    const poll = { ...POLL, results };
    const [created] = liveFactsOf(past('message.created', { ...CREATED, poll }, { effect: NEW }), seen);
    expect(created!.payload).toMatchObject({ poll });
    const vote = { messageId: id('100'), ...PLACE, userId: id('8'), answerId: 2 };
    expect(liveFactsOf(past('poll.vote_added', vote), seen)).toMatchObject([
      {
        payload: {
          poll: {
            results: {
              counts: [
                { answerId: 1, count: 0 },
                { answerId: 2, count: 6 },
              ],
            },
          },
        },
      },
    ]);
  });

  it('past events of channels are complete although a description is partial, and repetitions are not sent', () => {
    const { polls, places } = memory();
    places.reset([
      { id: id('10'), name: 'old', type: 'text', discordType: 0, serverId: id('1'), parentId: id('5') },
    ]);
    const facts = (type: 'channel.updated' | 'thread.updated', data: object) =>
      liveFactsOf(past(type, { guildId: id('1'), ...data } as never), { polls, places });
    expect(facts('channel.updated', { id: '10', name: 'new' })).toEqual([
      {
        event: 'channel_update',
        payload: {
          id: '10',
          name: 'new',
          type: 'text',
          discordType: 0,
          serverId: '1',
          parentId: '5',
          deleted: false,
        },
      },
    ]);
    expect(facts('channel.updated', { id: '10', topic: 'only the topic' })).toEqual([]);
    expect(facts('channel.updated', { id: '11', name: 'of an unknown type' })).toEqual([]);
    expect(facts('thread.updated', { id: '12', name: 't', channelType: 11, archived: true })).toMatchObject([
      { payload: { id: '12', type: 'public_thread', archived: true } },
    ]);
  });

  it('past events of rooms and of the users in them have their live shapes', () => {
    const seen = memory();
    const of = (type: EventType, data: object) =>
      liveFactsOf(past(type, { guildId: id('1'), ...data } as never), seen).map(({ event }) => event);
    expect(of('room.created', { id: '20', name: 'Room', channelType: 2, userLimit: 4 })).toEqual([
      'channel_update',
      'room_created',
    ]);
    const user = { channelId: '20', userId: '8', username: null, avatar: null };
    expect(of('voice.joined', user)).toEqual(['voice_joined']);
    expect(of('voice.moved', { ...user, fromChannelId: '21' })).toEqual(['voice_left', 'voice_joined']);
    expect(of('voice.left', { channelId: null, userId: '8', fromChannelId: null })).toEqual([]);
    expect(of('room.deleted', { id: '20' })).toEqual(['channel_update', 'room_deleted']);
  });

  it('past events that clients never receive are nothing', () => {
    const counted = { messageId: id('100'), ...PLACE, counts: [] };
    expect(liveFactsOf(past('reaction.counted', counted), memory())).toEqual([]);
    expect(
      liveFactsOf(past('member.left', { guildId: id('1'), userId: id('8') } as never), memory()),
    ).toEqual([]);
  });
});
