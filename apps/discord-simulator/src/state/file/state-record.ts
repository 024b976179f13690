import type { ApplicationFact, Fact, FactOrigin } from '../model/facts.js';
import type { Ledger, LedgerEntry } from '../ledger.js';
import type {
  AuditEntryRecord,
  ChannelRecord,
  CommandRecord,
  GuildRecord,
  InviteRecord,
  MemberRecord,
  MessageRecord,
  ChannelOrThread,
  ThreadRecord,
  UserRecord,
  WebhookRecord,
} from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { World } from '../world.js';

export const STATE_VERSION = 1;

export type LedgerCounts = Record<FactOrigin, Record<string, number>>;

/** One line of a state file. Applying a line twice changes nothing, so a snapshot may overlap the lines after it. */
export type StateRecord =
  | ['v', number]
  | ['user', UserRecord]
  | ['guild', GuildRecord]
  | ['guild-', Snowflake]
  | ['channel', ChannelRecord]
  | ['channel-', Snowflake]
  | ['message', MessageRecord]
  | ['message-', Snowflake, Snowflake[]]
  | ['thread', ThreadRecord]
  | ['thread-', Snowflake]
  | ['member', MemberRecord]
  | ['member-', Snowflake, Snowflake]
  | ['ban', Snowflake, Snowflake, string | null]
  | ['ban-', Snowflake, Snowflake]
  | ['invite', InviteRecord]
  | ['invite-', string]
  | ['webhook', WebhookRecord]
  | ['webhook-', Snowflake]
  | ['command', CommandRecord]
  | ['command-', Snowflake]
  | ['audit', AuditEntryRecord]
  | ['forgotten', Snowflake, number]
  | ['ledger', LedgerEntry]
  | ['counts', LedgerCounts];

/** What a fact changes in the file; null for voice states, which are not stored. */
export function stateRecordOf(fact: Fact): StateRecord | null {
  if ('command' in fact || 'webhook' in fact) return applicationRecordOf(fact);
  if ('state' in fact) return null;
  switch (fact.kind) {
    case 'user.created':
      return ['user', fact.user];
    case 'guild.created':
    case 'guild.updated':
    case 'guild.available':
    case 'guild.unavailable':
    case 'stickers.updated':
    case 'role.created':
    case 'role.updated':
    case 'role.deleted':
      return ['guild', fact.guild];
    case 'guild.deleted':
      return ['guild-', fact.guild.id];
    case 'channel.created':
    case 'channel.updated':
      return ['channel', fact.channel];
    case 'channel.deleted':
      return ['channel-', fact.channel.id];
    case 'channel.pins_updated':
      return placeRecord(fact.channel);
    case 'invite.created':
    case 'invite.deleted':
      return inviteRecordOf(fact);
    case 'message.created':
    case 'message.updated':
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
    case 'poll.vote_added':
    case 'poll.vote_removed':
      return ['message', fact.message];
    case 'message.deleted':
    case 'message.bulk_deleted':
      return deletionRecordOf(fact);
    case 'thread.created':
    case 'thread.updated':
    case 'thread.member_added':
    case 'thread.member_removed':
    case 'thread.deleted':
      return threadRecordOf(fact);
    case 'member.joined':
    case 'member.updated':
    case 'member.left':
    case 'ban.added':
    case 'ban.removed':
    case 'audit.logged':
      return peopleRecordOf(fact);
  }
}

const inviteRecordOf = (fact: Extract<Fact, { kind: `invite.${string}` }>): StateRecord =>
  fact.kind === 'invite.created' ? ['invite', fact.invite] : ['invite-', fact.invite.code];

type DeletionFact = Extract<Fact, { kind: 'message.deleted' | 'message.bulk_deleted' }>;

const deletionRecordOf = (fact: DeletionFact): StateRecord => [
  'message-',
  fact.channel.id,
  fact.kind === 'message.deleted' ? [fact.messageId] : fact.messageIds,
];

const threadRecordOf = (fact: Extract<Fact, { kind: `thread.${string}` }>): StateRecord =>
  fact.kind === 'thread.deleted' ? ['thread-', fact.thread.id] : ['thread', fact.thread];

type PeopleKind = `member.${'joined' | 'updated' | 'left'}` | `ban.${'added' | 'removed'}` | 'audit.logged';

function peopleRecordOf(fact: Extract<Fact, { kind: PeopleKind }>): StateRecord {
  switch (fact.kind) {
    case 'member.joined':
    case 'member.updated':
      return ['member', fact.member];
    case 'member.left':
      return ['member-', fact.member.guildId, fact.member.userId];
    case 'ban.added':
      return ['ban', fact.guildId, fact.userId, fact.reason];
    case 'ban.removed':
      return ['ban-', fact.guildId, fact.userId];
    case 'audit.logged':
      return ['audit', fact.entry];
  }
}

function applicationRecordOf(fact: ApplicationFact): StateRecord {
  switch (fact.kind) {
    case 'command.put':
      return ['command', fact.command];
    case 'command.deleted':
      return ['command-', fact.command.id];
    case 'webhook.created':
    case 'webhook.updated':
      return ['webhook', fact.webhook];
    case 'webhook.deleted':
      return ['webhook-', fact.webhook.id];
  }
}

/** The complete state at the time of this call; later changes do not affect the part that is read lazily. */
export function snapshotOf(world: World, ledger: Ledger): Iterable<StateRecord> {
  const places = [...world.channels.values(), ...world.threads.all()].map((place) => ({ ...place }));
  const parts = {
    users: [...world.users.values()],
    guilds: [...world.guilds.values()],
    people: [...world.guilds.keys()].flatMap((guildId) => peopleOf(world, guildId)),
    places,
    messages: places.map(({ id }) => [...world.history(id).all()]),
    forgotten: places.map(({ id }) => world.history(id).forgotten),
    invites: world.invites.all(),
    webhooks: world.webhooks.all(),
    commands: world.commands.all(),
  };
  return generate(parts, [...ledger.page(0, Infinity)], ledger.summary().counts);
}

type Parts = {
  users: UserRecord[];
  guilds: GuildRecord[];
  people: StateRecord[];
  places: ChannelOrThread[];
  messages: MessageRecord[][];
  forgotten: number[];
  invites: InviteRecord[];
  webhooks: WebhookRecord[];
  commands: CommandRecord[];
};

function placeRecord(place: ChannelOrThread): StateRecord {
  return 'archived' in place ? ['thread', place] : ['channel', place];
}

function peopleOf(world: World, guildId: Snowflake): StateRecord[] {
  const { members, left } = world.members.records(guildId);
  return [
    ...members.map((member): StateRecord => ['member', member]),
    ...left.map((userId): StateRecord => ['member-', guildId, userId]),
    ...[...world.members.bans(guildId)].map(([userId, reason]): StateRecord => [
      'ban',
      guildId,
      userId,
      reason,
    ]),
    ...world.audit.of(guildId).map((entry): StateRecord => ['audit', entry]),
  ];
}

function* generate(parts: Parts, entries: LedgerEntry[], counts: LedgerCounts): Iterable<StateRecord> {
  yield ['v', STATE_VERSION];
  for (const user of parts.users) yield ['user', user];
  for (const guild of parts.guilds) yield ['guild', guild];
  yield* parts.people;
  for (const [i, place] of parts.places.entries()) {
    yield placeRecord(place);
    for (const message of parts.messages[i] ?? []) yield ['message', message];
    if (parts.forgotten[i]) yield ['forgotten', place.id, parts.forgotten[i]];
  }
  for (const invite of parts.invites) yield ['invite', invite];
  for (const webhook of parts.webhooks) yield ['webhook', webhook];
  for (const command of parts.commands) yield ['command', command];
  for (const entry of entries) yield ['ledger', entry];
  yield ['counts', counts];
}
