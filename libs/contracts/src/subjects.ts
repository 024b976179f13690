import { isEphemeral, type EventType } from './events/event-data.js';
import { partitionOf } from './partition.js';
import type { ServiceName } from './service-name.js';

/** The log: one JetStream stream that holds every event. */
export const LOG_STREAM = 'DISCORD';
export const LOG_SUBJECTS = 'discord.>';
/** Presence and typing, if they are recorded: in memory, for minutes. */
export const EPHEMERAL_STREAM = 'DISCORD_EPHEMERAL';
export const EPHEMERAL_SUBJECTS = 'ephemeral.>';
/** Stream metadata key that holds the number of partitions. */
export const PARTITIONS_METADATA_KEY = 'relay-partitions';
/** KV bucket with one entry per shard: `shard.<id>`. */
export const SESSIONS_BUCKET = 'relay-sessions';
/** KV bucket with one entry per guild, `guild.<id>`: who is in which voice channel. */
export const VOICE_BUCKET = 'relay-voice';
/** KV bucket of the ingestor replicas' leases: `shard.<count>.<id>`, `replica.<count>.<owner>`, `identify.<bucket>`, `joining`. */
export const LEASES_BUCKET = 'relay-leases';
/** KV bucket of open gaps, one entry for each gap and guild. */
export const BACKFILL_BUCKET = 'relay-backfill';

/** `discord.<partition>.<guildId>.<channelId|->.<type>`; `ephemeral.…` for events that do not belong in the log. */
export function eventSubject(
  event: { guildid: string; channelid?: string; type: EventType },
  partitions: number,
): string {
  const partition = partitionOf(event.guildid, partitions);
  const root = isEphemeral(event.type) ? 'ephemeral' : 'discord';
  return `${root}.${partition}.${event.guildid}.${event.channelid ?? '-'}.${event.type}`;
}

/** The ephemeral events of one guild, in any partition. */
export const guildEphemeralSubject = (guildId: string): string => `ephemeral.*.${guildId}.>`;

/** Every event of one partition. */
export const partitionSubject = (partition: number): string => `discord.${partition}.>`;

/** Whether a subject of the log belongs to an event. */
export const isOfPartition = (subject: string): boolean => !subject.startsWith('discord.-.');

/**
 * Subject of a message that only uses up a sequence of the log: it belongs to no partition, so no consumer reads it.
 */
export const FILLER_SUBJECT = 'discord.-.filler';

/** Messages in the log that no reader uses: the newest one of a shard represents its present lease (ADR 23). */
export const fenceSubject = (shardCount: number, shardId: number): string =>
  `discord.-.fence.${shardCount}.${shardId}`;

/** Core NATS, fire and forget: a committed change. `changes.<guildId>.<channelId|->` */
export const changeSubject = (guildId: string, channelId: string | null): string =>
  `changes.${guildId}.${channelId ?? '-'}`;

/** Core NATS: the newest committed change of a guild, repeated so that a lost tail is noticed. */
export const positionSubject = (guildId: string): string => `changes.${guildId}.position`;

/** The changes and positions of one guild, for gateways. */
export const guildChangesSubject = (guildId: string): string => `changes.${guildId}.>`;

/** Core NATS: `relay.projections` changed; projectors and gateways read it now instead of a little later. */
export const PROJECTIONS_CHANGED_SUBJECT = 'relay.projections.changed';

/** Core NATS: a log-in ended or a service token was revoked; gateways check now instead of a little later. */
export const CREDENTIALS_REVOKED_SUBJECT = 'relay.credentials.revoked';

/** Core NATS: the settings of a guild's support queue changed; the payload is the guild's id. */
export const QUEUE_CHANGED_SUBJECT = 'relay.queue.changed';

/** NATS request/reply: every instance of the service answers with its status report. */
export const statusSubject = (service: ServiceName): string => `relay.control.${service}.status`;
