import {
  isSnowflake,
  type ScheduledEventState,
  type Snowflake,
  type StageState,
} from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from './normalize-result.js';
import {
  integerOrZero,
  isFields,
  snowflakeOrNull,
  textOrEmpty,
  textOrNull,
  timestampOrNull,
  type Fields,
} from './read-fields.js';
import { MAX_CONTENT_CHARS } from './sanitize.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** GUILD_SCHEDULED_EVENT_CREATE */
export const scheduledEventCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => scheduledEventFact('scheduled_event.created', fields, id));

/** GUILD_SCHEDULED_EVENT_UPDATE */
export const scheduledEventUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => scheduledEventFact('scheduled_event.updated', fields, id));

/** GUILD_SCHEDULED_EVENT_DELETE */
export const scheduledEventDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { id } = fields;
    return isSnowflake(id) ? { type: 'scheduled_event.deleted', guildId, data: { id, guildId } } : undefined;
  });

/** GUILD_SCHEDULED_EVENT_USER_ADD */
export const scheduledEventUserAdded: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => interestFact('scheduled_event.user_added', fields, id));

/** GUILD_SCHEDULED_EVENT_USER_REMOVE */
export const scheduledEventUserRemoved: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => interestFact('scheduled_event.user_removed', fields, id));

/** STAGE_INSTANCE_CREATE */
export const stageCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => stageFact('stage.created', fields, id));

/** STAGE_INSTANCE_UPDATE */
export const stageUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => stageFact('stage.updated', fields, id));

/** STAGE_INSTANCE_DELETE */
export const stageDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { id, channel_id: channelId } = fields;
    if (!isSnowflake(id) || !isSnowflake(channelId)) return undefined;
    return { type: 'stage.deleted', guildId, channelId, data: { id, guildId, channelId } };
  });

export function scheduledEventFact(
  type: `scheduled_event.${'synced' | 'created' | 'updated'}`,
  value: unknown,
  guildId: Snowflake,
): Fact | undefined {
  if (!isFields(value) || !isSnowflake(value.id)) return undefined;
  const metadata = isFields(value.entity_metadata) ? value.entity_metadata : {};
  const data: ScheduledEventState = {
    id: value.id,
    guildId,
    channelId: snowflakeOrNull(value.channel_id),
    creatorId: snowflakeOrNull(value.creator_id),
    name: textOrEmpty(value.name),
    description: textOrNull(value.description, MAX_CONTENT_CHARS),
    startsAt: timestampOrNull(value.scheduled_start_time),
    endsAt: timestampOrNull(value.scheduled_end_time),
    status: integerOrZero(value.status),
    entityType: integerOrZero(value.entity_type),
    location: textOrNull(metadata.location),
  };
  return { type, guildId, data };
}

function interestFact(
  type: `scheduled_event.user_${'added' | 'removed'}`,
  fields: Fields,
  guildId: Snowflake,
): Fact | undefined {
  const { guild_scheduled_event_id: scheduledEventId, user_id: userId } = fields;
  if (!isSnowflake(scheduledEventId) || !isSnowflake(userId)) return undefined;
  return { type, guildId, data: { scheduledEventId, guildId, userId } };
}

export function stageFact(
  type: `stage.${'synced' | 'created' | 'updated'}`,
  value: unknown,
  guildId: Snowflake,
): Fact | undefined {
  if (!isFields(value) || !isSnowflake(value.id) || !isSnowflake(value.channel_id)) return undefined;
  const { channel_id: channelId } = value;
  const data: StageState = {
    id: value.id,
    guildId,
    channelId,
    topic: textOrEmpty(value.topic),
    scheduledEventId: snowflakeOrNull(value.guild_scheduled_event_id),
  };
  return { type, guildId, channelId, data };
}
