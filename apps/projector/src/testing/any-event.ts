import type { MessageState, PollState, RelayEvent } from '@discord-relay/contracts';
import fc from 'fast-check';
import {
  AT,
  channel,
  CHANNEL,
  created,
  deleted,
  edited,
  event,
  guild,
  GUILD,
  id,
  role,
  thread,
  user,
  VOICE_FLAGS,
} from './events.js';

/** A small number of values, so that events concern the same things. */
const MINUTES = ['00', '01', '02', '03'].map((minute) => `2025-01-01T00:${minute}:00.000Z`);
const HOURS = ['01', '02'].map((hour) => `2025-01-01T${hour}:30:00.000Z`);
const messageId = fc.integer({ min: 1, max: 4 });
/** Leaves values out at times, as if Discord had not sent them or they were unreadable. */
const notAlways = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 });
/** The channel of a message of these events. */
export const channelOf = (n: number) => ({ channelId: id(200 + (n % 2)) });
/** The creation time that these messages' ids contain. */
const CREATED_AT = '2015-01-01T00:00:00.000Z';
/** All messages of one channel have the same author, those of the other have two authors. */
const appeared = (n: number, fields: Partial<MessageState> = {}) =>
  created(n, { ...channelOf(n), createdAt: CREATED_AT, author: user(id(n === 3 ? 8 : 7)), ...fields });
const on = (n: number) => ({ messageId: id(n), ...channelOf(n), guildId: GUILD });
const userId = fc.constantFrom(id(7), id(8));
const minute = fc.constantFrom(...MINUTES);
const roleNumber = fc.constantFrom(50, 51);
const roomNumber = fc.constantFrom(300, 301);
const threadNumber = fc.constantFrom(400, 401);
const poll = (counts: number[] | null): PollState => ({
  question: 'which?',
  answers: [1, 2].map((answer) => ({ id: answer, text: `answer ${answer}`, emoji: null })),
  expiresAt: null,
  multiselect: true,
  results: counts && {
    finalized: false,
    counts: counts.map((count, i) => ({ answerId: i + 1, count })),
  },
});

const anyPoll = fc.option(fc.array(fc.nat(3), { maxLength: 2 })).map(poll);

const messageEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  messageId.map((n) => appeared(n)),
  fc.tuple(messageId, minute).map(([n, at]) => appeared(n, { content: `history ${at}`, editedAt: at })),
  fc.tuple(messageId, anyPoll).map(([n, poll]) => appeared(n, { poll })),
  fc.tuple(messageId, minute).map(([n, at]) => edited(n, `edit ${at}`, at, channelOf(n))),
  messageId.map((n) =>
    event('message.updated', { id: id(n), ...channelOf(n), guildId: GUILD, embeds: [{ n }] }),
  ),
  fc
    .tuple(messageId, anyPoll, fc.boolean())
    .map(([n, poll, pinned]) =>
      event('message.updated', { id: id(n), ...channelOf(n), guildId: GUILD, poll, pinned }),
    ),
  messageId.map((n) => deleted(n, channelOf(n))),
  fc.uniqueArray(messageId, { minLength: 1 }).map((ns) => {
    const ids = ns.filter((n) => n % 2 === ns[0]! % 2).map((n) => id(n));
    return event('message.bulk_deleted', { ids, ...channelOf(ns[0]!), guildId: GUILD });
  }),
);

const emoji = fc.constantFrom('a', 'b').map((name) => ({ id: null, name, animated: false }));
const reaction = fc
  .tuple(messageId, userId, emoji, fc.boolean())
  .map(([n, userId, emoji, burst]) => ({ ...on(n), userId, emoji, burst }));
const reactionEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  reaction.map((data) => event('reaction.added', data)),
  reaction.map((data) => event('reaction.removed', data)),
  fc.tuple(messageId, fc.option(emoji)).map(([n, emoji]) => event('reaction.cleared', { ...on(n), emoji })),
  fc.tuple(messageId, userId, emoji).map(([n, userId, emoji]) => {
    const counts = [{ emoji, count: 1, burstCount: 0, userIds: [userId] }];
    return event('reaction.counted', { ...on(n), counts });
  }),
);

const vote = fc
  .tuple(messageId, userId, fc.constantFrom(1, 2))
  .map(([n, userId, answerId]) => ({ ...on(n), userId, answerId }));
const voteEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  vote.map((data) => event('poll.vote_added', data)),
  vote.map((data) => event('poll.vote_removed', data)),
);

const placeEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  fc
    .tuple(
      notAlways(fc.uniqueArray(fc.constantFrom(200, 201, 300, 400))),
      fc.option(fc.uniqueArray(roleNumber), { nil: undefined }),
      fc.option(fc.uniqueArray(userId), { nil: undefined }),
      userId,
    )
    .map(([channels, roles, voiceUserIds, ownerId]) =>
      event('guild.synced', {
        ...guild(GUILD),
        channelIds: channels?.map((n) => id(n)),
        ...(channels?.includes(300) && { threadsUnknown: true as const }),
        ownerId,
        ...(roles && { roleIds: roles.map((n) => id(n)) }),
        ...(voiceUserIds && { voiceUserIds }),
      }),
    ),
  fc.constant(event('guild.left', { id: GUILD })),
  fc.constantFrom(200, 201).map((n) => event('channel.synced', channel(n))),
  fc.constantFrom(200, 201).map((n) => event('channel.deleted', { id: id(n), guildId: GUILD })),
  fc
    .tuple(roomNumber, fc.constantFrom(0, 5))
    .map(([n, userLimit]) =>
      event('room.updated', { ...channel(n), channelType: 2, userLimit, bitrate: 64 }),
    ),
  fc
    .tuple(roomNumber, fc.constantFrom('open', null))
    .map(([n, status]) => event('room.status_updated', { id: id(n), guildId: GUILD, status })),
  fc
    .tuple(fc.constantFrom(200, 400), fc.option(minute))
    .map(([n, lastPinAt]) => event('channel.pins_updated', { channelId: id(n), guildId: GUILD, lastPinAt })),
);

/** The second thread is private. */
const anyThread = (n: number, archived: boolean) => thread(n, { archived, channelType: n === 401 ? 12 : 11 });

const threadEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  fc
    .tuple(threadNumber, fc.boolean(), fc.constantFrom('thread.synced' as const, 'thread.updated' as const))
    .map(([n, archived, type]) => event(type, anyThread(n, archived))),
  threadNumber.map((n) => event('thread.deleted', { id: id(n), guildId: GUILD, parentId: id(200) })),
  fc
    .tuple(fc.option(fc.constant(CHANNEL).map((id) => [id])), fc.uniqueArray(threadNumber))
    .map(([channelIds, threads]) =>
      event('thread.list_synced', { guildId: GUILD, channelIds, threadIds: threads.map((n) => id(n)) }),
    ),
  fc.tuple(threadNumber, userId, fc.boolean()).map(([n, userId, joinIfBlocked]) =>
    event('thread.members_updated', {
      threadId: id(n),
      guildId: GUILD,
      added: joinIfBlocked ? [userId] : [],
      removed: joinIfBlocked ? [] : [userId],
    }),
  ),
);

const anyMember = fc.tuple(
  userId,
  notAlways(fc.uniqueArray(roleNumber)),
  notAlways(minute),
  notAlways(fc.option(fc.constant(AT))),
);
const peopleEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  fc
    .tuple(
      roleNumber,
      notAlways(fc.constantFrom('0', '18446744073709551615')),
      fc.constantFrom('role.synced' as const, 'role.updated' as const),
    )
    .map(([n, permissions, type]) => event(type, role(n, { permissions }))),
  roleNumber.map((n) => event('role.deleted', { id: id(n), guildId: GUILD })),
  fc
    .tuple(
      anyMember,
      fc.constantFrom('member.joined' as const, 'member.updated' as const, 'member.synced' as const),
    )
    .map(([[userId, roles, joinedAt, timedOutUntil], type]) =>
      event(type, {
        guildId: GUILD,
        user: user(userId),
        nick: null,
        roleIds: roles?.map((n) => id(n)),
        joinedAt,
        timedOutUntil,
        pending: false,
        flags: 0,
        avatar: null,
      }),
    ),
  userId.map((userId) => event('member.left', { guildId: GUILD, user: user(userId) })),
  fc
    .tuple(fc.constantFrom(0, 7), fc.constantFrom(7, 8), fc.uniqueArray(userId))
    .map(([after, upTo, userIds]) =>
      event('member.range_listed', { guildId: GUILD, afterId: id(after), upToId: id(upTo), userIds }),
    ),
);

const arrival = fc
  .tuple(roomNumber, userId)
  .map(([n, userId]) => ({ guildId: GUILD, channelId: id(n), userId, username: 'ada', avatar: null }));
const voiceEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  arrival.map((data) => event('voice.joined', { ...data, state: VOICE_FLAGS })),
  arrival.map((data) => event('voice.moved', { ...data, fromChannelId: null, state: VOICE_FLAGS })),
  arrival.map(({ guildId, channelId, userId }) =>
    event('voice.updated', { guildId, channelId, userId, state: { ...VOICE_FLAGS, selfMute: true } }),
  ),
  userId.map((userId) =>
    event('voice.left', { guildId: GUILD, channelId: null, fromChannelId: null, userId }),
  ),
);

const bannedUser = userId.map((userId) => ({ guildId: GUILD, user: user(userId) }));
const moderationEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  bannedUser.map((data) => event('ban.added', data)),
  bannedUser.map((data) => event('ban.removed', data)),
  fc.tuple(userId, fc.constantFrom(1, 2), fc.constantFrom(200, 201)).map(([userId, actionType, channel]) =>
    event('automod.action_executed', {
      ...{ guildId: GUILD, ruleId: id(40), userId, actionType, channelId: id(channel) },
    }),
  ),
  // The id of an entry determines its contents.
  fc.integer({ min: 0, max: 9 }).map((n) =>
    event('audit_log.entry_created', {
      ...{ id: id(n + 1), guildId: GUILD, userId: id(7), channelId: id(200) },
      targetId: id(n % 2 === 0 ? 7 : 8),
      actionType: [22, 23, 143, 144, 20][n >> 1]!,
    }),
  ),
);

const scheduledEventId = fc.constantFrom(id(50), id(51));
const scheduledEvent: fc.Arbitrary<RelayEvent> = fc.oneof(
  fc
    .tuple(
      scheduledEventId,
      notAlways(fc.constantFrom('Kite evening', 'Workshop')),
      notAlways(fc.integer({ min: 1, max: 4 })),
      fc.constantFrom(
        'scheduled_event.synced' as const,
        'scheduled_event.created' as const,
        'scheduled_event.updated' as const,
      ),
    )
    .map(([eventId, name, status, type]) =>
      event(type, {
        ...{ id: eventId, guildId: GUILD, channelId: null, creatorId: null, description: null },
        ...{ name, status, startsAt: AT, endsAt: null, entityType: 3, location: 'here' },
      }),
    ),
  scheduledEventId.map((eventId) => event('scheduled_event.deleted', { id: eventId, guildId: GUILD })),
);

/** An event of any type that has rows, at one of a few times. */
export const anyEvent: fc.Arbitrary<RelayEvent> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: messageEvent },
      { weight: 2, arbitrary: reactionEvent },
      { weight: 2, arbitrary: voteEvent },
      { weight: 2, arbitrary: placeEvent },
      { weight: 2, arbitrary: threadEvent },
      { weight: 2, arbitrary: peopleEvent },
      { weight: 1, arbitrary: voiceEvent },
      { weight: 2, arbitrary: moderationEvent },
      { weight: 1, arbitrary: scheduledEvent },
    ),
    fc.constantFrom(...HOURS),
    fc.constantFrom(...HOURS),
  )
  .map(([event, time, receivedat]) => ({ ...event, time, receivedat }));
