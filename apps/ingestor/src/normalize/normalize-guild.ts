import { isSnowflake, type GuildState, type GuildSynced, type Snowflake } from '@discord-relay/contracts';
import { emojisSynced, soundsSynced, stickersSynced } from './normalize-assets.js';
import { channelSynced, readChannel } from './normalize-channel.js';
import { scheduledEventFact, stageFact } from './normalize-gathering.js';
import { memberFact } from './normalize-member.js';
import { factsOf, skip, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import { roleFact } from './normalize-role.js';
import { readThread, threadSynced } from './normalize-thread.js';
import { voiceSynced } from './normalize-voice.js';
import { readList, snowflakeOrNull, textOrEmpty, textOrNull, type Fields } from './read-fields.js';

/** GUILD_CREATE: the guild as it is when the session begins, or a guild in an outage. */
export function guildAppeared(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.unavailable === true) return guildUnavailable(origin, fields);
  const guild = readGuild(fields);
  if (!guild) return skip('malformed');
  const channels = readList(fields.channels, (each) => readChannel(each, guild.id));
  const threads = readList(fields.threads, (each) => readThread(each, guild.id));
  const channelIds = [...channels.items, ...threads.items].map(({ id }) => id);
  const others = readOthers(fields, guild.id);
  const facts: Fact[] = [
    { type: 'guild.synced', guildId: guild.id, data: { ...guild, channelIds, ...others.complete } },
    ...channels.items.map(channelSynced),
    ...threads.items.map(threadSynced),
    ...others.facts,
  ];
  return factsOf(origin, facts, channels.dropped + threads.dropped + others.dropped);
}

interface Others {
  facts: Fact[];
  dropped: number;
  /** Lists from which it follows what is gone. */
  complete: Pick<GuildSynced, 'roleIds' | 'voiceUserIds'>;
}

/** What a guild has besides channels: roles and members first, because they say who may see what. */
function readOthers(fields: Fields, guildId: Snowflake): Others {
  const members: readonly unknown[] = Array.isArray(fields.members) ? fields.members : [];
  const roles = readList(fields.roles, (each) => roleFact('role.synced', each, guildId));
  const voice = readList(fields.voice_states, (each) => voiceSynced(each, guildId, members));
  const lists = [
    roles,
    readList(fields.members, (each) => memberFact('member.synced', each, guildId)),
    voice,
    readList(fields.stage_instances, (each) => stageFact('stage.synced', each, guildId)),
    readList(fields.guild_scheduled_events, (each) =>
      scheduledEventFact('scheduled_event.synced', each, guildId),
    ),
  ];
  const sets = [emojisSynced(fields), stickersSynced(fields), soundsSynced(fields)];
  return {
    facts: [...lists.flatMap(({ items }) => items), ...sets.flatMap(({ fact }) => fact?.(guildId) ?? [])],
    dropped: [...lists, ...sets].reduce((sum, { dropped }) => sum + dropped, 0),
    complete: {
      ...(isWhole(fields.roles, roles) && { roleIds: roles.items.flatMap(roleId) }),
      ...(isWhole(fields.voice_states, voice) && { voiceUserIds: voice.items.flatMap(voiceUserId) }),
    },
  };
}

/** Of a list that is missing, or that has a part which cannot be read, nothing is known to be gone. */
const isWhole = (value: unknown, { dropped }: { dropped: number }): boolean =>
  Array.isArray(value) && dropped === 0;

const roleId = (fact: Fact): Snowflake[] => (fact.type === 'role.synced' ? [fact.data.id] : []);
const voiceUserId = (fact: Fact): Snowflake[] => (fact.type === 'voice.joined' ? [fact.data.userId] : []);

/** GUILD_UPDATE */
export function guildUpdated(origin: Origin, fields: Fields): NormalizeResult {
  const guild = readGuild(fields);
  if (!guild) return skip('malformed');
  return factsOf(origin, [{ type: 'guild.updated', guildId: guild.id, data: guild }]);
}

/** GUILD_DELETE: with `unavailable` an outage at Discord, without it the bot is no longer in the guild. */
export function guildDisappeared(origin: Origin, fields: Fields): NormalizeResult {
  if (fields.unavailable !== undefined) return guildUnavailable(origin, fields);
  if (!isSnowflake(fields.id)) return skip('malformed');
  return factsOf(origin, [{ type: 'guild.left', guildId: fields.id, data: { id: fields.id } }]);
}

function guildUnavailable(origin: Origin, fields: Fields): NormalizeResult {
  if (!isSnowflake(fields.id)) return skip('malformed');
  return factsOf(origin, [{ type: 'guild.unavailable', guildId: fields.id, data: { id: fields.id } }]);
}

function readGuild(fields: Fields): GuildState | undefined {
  if (!isSnowflake(fields.id)) return undefined;
  return {
    id: fields.id,
    name: textOrEmpty(fields.name),
    icon: textOrNull(fields.icon),
    ownerId: snowflakeOrNull(fields.owner_id),
  };
}
