import type { GuildState, GuildSynced, Snowflake } from '@discord-relay/contracts';
import { emojisSynced, soundsSynced, stickersSynced } from './normalize-assets.js';
import { channelSynced, readChannel } from './normalize-channel.js';
import { scheduledEventFact, stageFact } from './normalize-scheduled-event.js';
import { memberFact } from './normalize-member.js';
import { factsOf, skip, type Fact, type NormalizeResult, type Origin } from '../events/normalize-result.js';
import { roleFact } from './normalize-role.js';
import { readActiveThreads, threadSynced } from './normalize-thread.js';
import { voicesSynced } from './normalize-voice.js';
import { id as anId, isId, readListed, text, type Fields, type ReadTally } from '../fields/read-fields.js';
import { nullableKey, readState, optionalKey, type Shape } from '../fields/read-state.js';

/** GUILD_CREATE: the guild at the start of the session, or a guild in an outage. */
export function guildAppeared(origin: Origin, fields: Fields): NormalizeResult {
  if (isOutage(fields)) return guildUnavailable(origin, fields);
  if (!isId(fields.id)) return skip('malformed');
  const guildId = fields.id;
  const tally = { dropped: 0 };
  const channels = readListed(fields.channels, (each) => readChannel(each, guildId, tally), tally);
  const threads = readActiveThreads(fields.threads, guildId, tally);
  const others = readOthers(fields, guildId, tally);
  const channelIds = [...channels.items, ...threads.items].map(({ id }) => id);
  const data: GuildSynced = {
    ...readGuild(fields, guildId, tally),
    ...(channels.whole && { channelIds }),
    ...(channels.whole && !threads.whole && { threadsUnknown: true }),
    ...others.complete,
  };
  const facts: Fact[] = [
    { type: 'guild.synced', guildId, data },
    ...channels.items.map(channelSynced),
    ...threads.items.map(threadSynced),
    ...others.facts,
  ];
  return factsOf(origin, facts, tally.dropped);
}

interface Others {
  facts: Fact[];
  /** Complete lists: what they lack no longer exists. */
  complete: Pick<GuildSynced, 'roleIds' | 'voiceUserIds'>;
}

/** The contents of a guild besides channels. Roles and members come first, because they decide access. */
function readOthers(fields: Fields, guildId: Snowflake, tally: ReadTally): Others {
  const listed = (key: string, read: (each: unknown) => Fact | undefined) =>
    readListed(fields[key], read, tally);
  const roles = listed('roles', (each) => roleFact('role.synced', each, guildId, tally));
  const members = listed('members', (each) => memberFact('member.synced', each, guildId, tally));
  const voices = voicesSynced(fields, guildId, tally);
  const stages = listed('stage_instances', (each) => stageFact('stage.synced', each, guildId, tally));
  const events = listed('guild_scheduled_events', (each) =>
    scheduledEventFact('scheduled_event.synced', each, guildId, tally),
  );
  const sets = [emojisSynced, stickersSynced, soundsSynced].flatMap((read) => read(fields, guildId, tally));
  const { userIds: voiceUserIds } = voices;
  return {
    facts: [...roles.items, ...members.items, ...voices.facts, ...stages.items, ...events.items, ...sets],
    complete: {
      ...(roles.whole && { roleIds: roles.items.flatMap(roleId) }),
      ...(voiceUserIds && { voiceUserIds }),
    },
  };
}

const roleId = (fact: Fact): Snowflake[] => (fact.type === 'role.synced' ? [fact.data.id] : []);

/** GUILD_UPDATE */
export function guildUpdated(origin: Origin, fields: Fields): NormalizeResult {
  if (!isId(fields.id)) return skip('malformed');
  const tally = { dropped: 0 };
  const data = readGuild(fields, fields.id, tally);
  return factsOf(origin, [{ type: 'guild.updated', guildId: fields.id, data }], tally.dropped);
}

/** GUILD_DELETE: an outage at Discord, or the bot is no longer in the guild. */
export function guildDisappeared(origin: Origin, fields: Fields): NormalizeResult {
  if (isOutage(fields)) return guildUnavailable(origin, fields);
  if (!isId(fields.id)) return skip('malformed');
  return factsOf(origin, [{ type: 'guild.left', guildId: fields.id, data: { id: fields.id } }]);
}

/**
 * Whether a GUILD_CREATE or GUILD_DELETE reports an outage. Only `true` does: with any other value, a guild that was left must
 * not stay readable.
 */
export const isOutage = ({ unavailable }: Fields): boolean => unavailable === true;

function guildUnavailable(origin: Origin, fields: Fields): NormalizeResult {
  if (!isId(fields.id)) return skip('malformed');
  return factsOf(origin, [{ type: 'guild.unavailable', guildId: fields.id, data: { id: fields.id } }]);
}

const GUILD: Shape<Omit<GuildState, 'id'>> = {
  name: optionalKey('name', text()),
  icon: nullableKey('icon', text()),
  ownerId: optionalKey('owner_id', anId),
};

const readGuild = (fields: Fields, id: Snowflake, tally: ReadTally): GuildState => ({
  ...readState(GUILD, fields, tally),
  id,
});
