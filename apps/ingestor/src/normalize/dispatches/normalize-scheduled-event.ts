import {
  MAX_CONTENT_CHARS,
  type ScheduledEventState,
  type Snowflake,
  type StageState,
} from '@discord-relay/contracts';
import { inGuild, type Fact, type NormalizeResult, type Origin } from '../events/normalize-result.js';
import {
  id as anId,
  integer,
  isFields,
  isId,
  text,
  timestamp,
  type Fields,
  type ReadTally,
} from '../fields/read-fields.js';
import {
  nullableKey,
  readOne,
  readState,
  optionalKey,
  nestedFields,
  type Shape,
} from '../fields/read-state.js';

type Reader = (origin: Origin, fields: Fields) => NormalizeResult;

/** GUILD_SCHEDULED_EVENT_CREATE */
export const scheduledEventCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id, tally) => scheduledEventFact('scheduled_event.created', fields, id, tally));

/** GUILD_SCHEDULED_EVENT_UPDATE */
export const scheduledEventUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id, tally) => scheduledEventFact('scheduled_event.updated', fields, id, tally));

/** GUILD_SCHEDULED_EVENT_DELETE */
export const scheduledEventDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { id } = fields;
    return isId(id) ? { type: 'scheduled_event.deleted', guildId, data: { id, guildId } } : undefined;
  });

/** GUILD_SCHEDULED_EVENT_USER_ADD */
export const scheduledEventUserAdded: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => interestFact('scheduled_event.user_added', fields, id));

/** GUILD_SCHEDULED_EVENT_USER_REMOVE */
export const scheduledEventUserRemoved: Reader = (origin, fields) =>
  inGuild(origin, fields, (id) => interestFact('scheduled_event.user_removed', fields, id));

/** STAGE_INSTANCE_CREATE */
export const stageCreated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id, tally) => stageFact('stage.created', fields, id, tally));

/** STAGE_INSTANCE_UPDATE */
export const stageUpdated: Reader = (origin, fields) =>
  inGuild(origin, fields, (id, tally) => stageFact('stage.updated', fields, id, tally));

/** STAGE_INSTANCE_DELETE */
export const stageDeleted: Reader = (origin, fields) =>
  inGuild(origin, fields, (guildId) => {
    const { id, channel_id: channelId } = fields;
    if (!isId(id) || !isId(channelId)) return undefined;
    return { type: 'stage.deleted', guildId, channelId, data: { id, guildId, channelId } };
  });

const SCHEDULED_EVENT: Shape<Omit<ScheduledEventState, 'id' | 'guildId' | 'location'>> = {
  channelId: nullableKey('channel_id', anId),
  creatorId: nullableKey('creator_id', anId),
  name: optionalKey('name', text()),
  description: nullableKey('description', text(MAX_CONTENT_CHARS)),
  startsAt: nullableKey('scheduled_start_time', timestamp),
  endsAt: nullableKey('scheduled_end_time', timestamp),
  status: optionalKey('status', integer),
  entityType: optionalKey('entity_type', integer),
};

export function scheduledEventFact(
  type: `scheduled_event.${'synced' | 'created' | 'updated'}`,
  value: unknown,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  if (!isFields(value) || !isId(value.id)) return undefined;
  const location = readLocation(value, tally);
  const state = readState(SCHEDULED_EVENT, value, tally);
  const data = { ...state, ...(location !== undefined && { location }), id: value.id, guildId };
  return { type, guildId, data };
}

/** Discord puts the location into a separate object, which is null if there is none. */
function readLocation(fields: Fields, tally: ReadTally): string | null | undefined {
  if (fields.entity_metadata === null) return null;
  return readOne(nullableKey('location', text()), nestedFields(fields, 'entity_metadata', tally), tally);
}

function interestFact(
  type: `scheduled_event.user_${'added' | 'removed'}`,
  fields: Fields,
  guildId: Snowflake,
): Fact | undefined {
  const { guild_scheduled_event_id: scheduledEventId, user_id: userId } = fields;
  if (!isId(scheduledEventId) || !isId(userId)) return undefined;
  return { type, guildId, data: { scheduledEventId, guildId, userId } };
}

const STAGE: Shape<Omit<StageState, 'id' | 'guildId' | 'channelId'>> = {
  topic: optionalKey('topic', text()),
  scheduledEventId: nullableKey('guild_scheduled_event_id', anId),
};

export function stageFact(
  type: `stage.${'synced' | 'created' | 'updated'}`,
  value: unknown,
  guildId: Snowflake,
  tally: ReadTally,
): Fact | undefined {
  if (!isFields(value) || !isId(value.id) || !isId(value.channel_id)) return undefined;
  const { id, channel_id: channelId } = value;
  const data = { ...readState(STAGE, value, tally), id, guildId, channelId };
  return { type, guildId, channelId, data };
}
