import type { EventType } from './events/event-data.js';
import { partitionOf } from './partition.js';

/** The log: one JetStream stream that holds every event. */
export const LOG_STREAM = 'DISCORD';
export const LOG_SUBJECTS = 'discord.>';
/** Stream metadata key under which the number of partitions is fixed. */
export const PARTITIONS_METADATA_KEY = 'relay-partitions';
/** KV bucket with one entry per shard: `shard.<id>`. */
export const SESSIONS_BUCKET = 'relay-sessions';

/** `discord.<partition>.<guildId>.<channelId|->.<type>` */
export function eventSubject(
  event: { guildid: string; channelid?: string; type: EventType },
  partitions: number,
): string {
  const partition = partitionOf(event.guildid, partitions);
  return `discord.${partition}.${event.guildid}.${event.channelid ?? '-'}.${event.type}`;
}

/** Every event of one partition. */
export const partitionSubject = (partition: number): string => `discord.${partition}.>`;

/** Core NATS, fire and forget: a committed change. `changes.<guildId>.<channelId|->` */
export const changeSubject = (guildId: string, channelId: string | null): string =>
  `changes.${guildId}.${channelId ?? '-'}`;

/** Core NATS: the newest committed change of a guild, repeated so that a lost tail is noticed. */
export const positionSubject = (guildId: string): string => `changes.${guildId}.position`;

/** Everything a gateway needs to hear of one guild: changes and positions. */
export const guildChangesSubject = (guildId: string): string => `changes.${guildId}.>`;

export const SERVICES = ['ingestor', 'projector', 'gateway-api'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** NATS request/reply: every instance of the service answers with its status report. */
export const statusSubject = (service: ServiceName): string => `relay.control.${service}.status`;
