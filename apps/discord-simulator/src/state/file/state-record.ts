import type { ApplicationFact, Fact, FactOrigin } from '../model/facts.js';
import type { Ledger, LedgerEntry } from '../ledger.js';
import type {
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
  | ['forgotten', Snowflake, number]
  | ['ledger', LedgerEntry]
  | ['counts', LedgerCounts];

/** What a fact changes in the file; null for voice states, which are not stored. */
export function stateRecordOf(fact: Fact): StateRecord | null {
  if ('command' in fact || 'webhook' in fact) return applicationRecordOf(fact);
  switch (fact.kind) {
    case 'user.created':
      return ['user', fact.user];
    case 'guild.created':
    case 'guild.updated':
    case 'guild.available':
    case 'guild.unavailable':
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
      return ['invite', fact.invite];
    case 'invite.deleted':
      return ['invite-', fact.invite.code];
    case 'message.created':
    case 'message.updated':
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
      return ['message', fact.message];
    case 'message.deleted':
      return ['message-', fact.channel.id, [fact.messageId]];
    case 'message.bulk_deleted':
      return ['message-', fact.channel.id, fact.messageIds];
    case 'thread.created':
    case 'thread.updated':
    case 'thread.member_added':
    case 'thread.member_removed':
      return ['thread', fact.thread];
    case 'thread.deleted':
      return ['thread-', fact.thread.id];
    case 'member.joined':
    case 'member.updated':
      return ['member', fact.member];
    case 'member.left':
      return ['member-', fact.member.guildId, fact.member.userId];
    case 'ban.added':
      return ['ban', fact.guildId, fact.userId, fact.reason];
    case 'ban.removed':
      return ['ban-', fact.guildId, fact.userId];
    case 'voice.joined':
    case 'voice.moved':
    case 'voice.left':
    case 'voice.updated':
      return null;
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

/** Applies a line to a world that has no listeners yet. */
export function applyRecord(world: World, ledger: Ledger, record: StateRecord): void {
  switch (record[0]) {
    case 'v':
      return;
    case 'user':
      world.snowflakes.advanceTo(record[1].id);
      world.users.set(record[1].id, record[1]);
      return;
    case 'guild':
      return applyGuild(world, record[1]);
    case 'guild-':
      for (const channel of world.channelsOf(record[1])) world.removeChannel(channel.id);
      world.guilds.delete(record[1]);
      return;
    case 'channel':
      world.snowflakes.advanceTo(record[1].id);
      world.channels.set(record[1].id, record[1]);
      return;
    case 'channel-':
      return world.removeChannel(record[1]);
    case 'thread':
      world.snowflakes.advanceTo(record[1].id);
      // The channel was deleted while the snapshot was being written.
      if (world.channels.has(record[1].parentId)) world.threads.restore(record[1]);
      return;
    case 'thread-':
      return world.threads.remove(record[1]);
    case 'member':
      return world.members.restore(record[1].guildId, record[1].userId, record[1]);
    case 'member-':
      return world.members.restore(record[1], record[2], null);
    case 'ban':
      if (world.guilds.has(record[1])) world.members.bans(record[1]).set(record[2], record[3]);
      return;
    case 'ban-':
      if (world.guilds.has(record[1])) world.members.bans(record[1]).delete(record[2]);
      return;
    case 'message':
      return applyMessage(world, record[1]);
    case 'message-':
      return applyDeletion(world, record[1], record[2]);
    case 'invite':
      if (world.channels.has(record[1].channelId)) world.invites.restore(record[1]);
      return;
    case 'invite-':
      return world.invites.remove({ code: record[1] });
    case 'webhook':
    case 'webhook-':
    case 'command':
    case 'command-':
      return applyApplicationRecord(world, record);
    case 'forgotten':
      if (isPlace(world, record[1])) world.history(record[1]).addForgotten(record[2]);
      return;
    case 'ledger':
      return ledger.restore(record[1]);
    case 'counts':
      return ledger.adoptCounts(record[1]);
  }
}

/** Records of the bot's application: webhooks and commands. */
function applyApplicationRecord(
  world: World,
  record: Extract<StateRecord, ['webhook' | 'webhook-' | 'command' | 'command-', unknown]>,
): void {
  switch (record[0]) {
    case 'webhook':
      world.snowflakes.advanceTo(record[1].id);
      if (world.channels.has(record[1].channelId)) world.webhooks.restore(record[1]);
      return;
    case 'webhook-':
      return world.webhooks.remove({ id: record[1] });
    case 'command':
      world.snowflakes.advanceTo(record[1].version);
      return world.commands.restore(record[1]);
    case 'command-':
      return world.commands.remove(record[1]);
  }
}

function applyGuild(world: World, guild: GuildRecord): void {
  for (const { id } of guild.roles) world.snowflakes.advanceTo(id);
  world.guilds.set(guild.id, guild);
}

function applyMessage(world: World, message: MessageRecord): void {
  world.snowflakes.advanceTo(message.id);
  const channel = world.threads.find(message.channelId) ?? world.channels.get(message.channelId);
  // The channel was deleted while the snapshot was being written.
  if (!channel) return;
  world.history(channel.id).put(message);
  const newest = channel.lastMessageId;
  if (newest !== null && BigInt(newest) >= BigInt(message.id)) return;
  channel.lastMessageId = message.id;
  if ('sentCount' in channel) channel.sentCount += 1;
}

function applyDeletion(world: World, channelId: Snowflake, ids: Snowflake[]): void {
  if (!isPlace(world, channelId)) return;
  for (const id of ids) world.history(channelId).delete(id);
}

function isPlace(world: World, id: Snowflake): boolean {
  return world.channels.has(id) || world.threads.find(id) !== undefined;
}
