import {
  type APIGuildScheduledEvent,
  GuildScheduledEventEntityType,
  GuildScheduledEventPrivacyLevel,
} from 'discord-api-types/v10';
import { discordTime } from '../state/model/discord-time.js';
import type { GuildRecord, ScheduledEventRecord } from '../state/model/records.js';

export const scheduledEventsPayload = ({ id, scheduledEvents = [] }: GuildRecord): APIGuildScheduledEvent[] =>
  scheduledEvents.map((event) => scheduledEventPayload(id, event));

function scheduledEventPayload(guildId: string, event: ScheduledEventRecord): APIGuildScheduledEvent {
  const { id, name, description, channelId, creatorId, location, status, startsAtMs, endsAtMs } = event;
  const shared = {
    ...{ id, name, description, status, guild_id: guildId, creator_id: creatorId },
    scheduled_start_time: discordTime(startsAtMs),
    privacy_level: GuildScheduledEventPrivacyLevel.GuildOnly,
    entity_id: null,
    recurrence_rule: null,
  };
  const endsAt = endsAtMs === null ? null : discordTime(endsAtMs);
  if (channelId === null)
    return {
      ...shared,
      channel_id: null,
      entity_type: GuildScheduledEventEntityType.External,
      entity_metadata: { location: location ?? '' },
      scheduled_end_time: endsAt ?? shared.scheduled_start_time,
    };
  return {
    ...shared,
    channel_id: channelId,
    entity_type: GuildScheduledEventEntityType.Voice,
    entity_metadata: null,
    scheduled_end_time: endsAt,
  };
}
