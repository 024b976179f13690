import { isEphemeral, type EventType } from './events/event-data.js';
import { partitionOf } from './partition.js';

/** The log: one JetStream stream that holds every event. */
export const LOG_STREAM = 'DISCORD';
export const LOG_SUBJECTS = 'discord.>';
/** Presence and typing, where they are recorded at all: in memory, for minutes. */
export const EPHEMERAL_STREAM = 'DISCORD_EPHEMERAL';
export const EPHEMERAL_SUBJECTS = 'ephemeral.>';
/** Stream metadata key under which the number of partitions is fixed. */
export const PARTITIONS_METADATA_KEY = 'relay-partitions';
/** KV bucket with one entry per shard: `shard.<id>`. */
export const SESSIONS_BUCKET = 'relay-sessions';
/** KV bucket with one entry per guild, `guild.<id>`: who is in which voice channel. */
export const VOICE_BUCKET = 'relay-voice';
/** KV bucket of the ingestor replicas' leases: `shard.<count>.<id>`, `replica.<count>.<owner>`, `identify.<bucket>`, `joining`. */
export const LEASES_BUCKET = 'relay-leases';
/** KV bucket of open gaps, one entry for each gap and guild. */
export const BACKFILL_BUCKET = 'relay-backfill';

/** `discord.<partition>.<guildId>.<channelId|->.<type>`; `ephemeral.…` for what does not belong into the log. */
export function eventSubject(
  event: { guildid: string; channelid?: string; type: EventType },
  partitions: number,
): string {
  const partition = partitionOf(event.guildid, partitions);
  const root = isEphemeral(event.type) ? 'ephemeral' : 'discord';
  return `${root}.${partition}.${event.guildid}.${event.channelid ?? '-'}.${event.type}`;
}

/** What is worth something only at the moment in one guild, whatever its partition. */
export const guildEphemeralSubject = (guildId: string): string => `ephemeral.*.${guildId}.>`;

/** Every event of one partition. */
export const partitionSubject = (partition: number): string => `discord.${partition}.>`;

/** In the log, but of no partition, so that nobody reads it: takes a sequence that is then no event's. */
export const FILLER_SUBJECT = 'discord.-.filler';

/** Core NATS, fire and forget: a committed change. `changes.<guildId>.<channelId|->` */
export const changeSubject = (guildId: string, channelId: string | null): string =>
  `changes.${guildId}.${channelId ?? '-'}`;

/** Core NATS: the newest committed change of a guild, repeated so that a lost tail is noticed. */
export const positionSubject = (guildId: string): string => `changes.${guildId}.position`;

/** Everything a gateway needs to hear of one guild: changes and positions. */
export const guildChangesSubject = (guildId: string): string => `changes.${guildId}.>`;

/** Core NATS: `relay.projections` was changed; who depends on it looks now instead of a little later. */
export const PROJECTIONS_CHANGED_SUBJECT = 'relay.projections.changed';

/** Core NATS: a log-in ended or a service token was revoked; gateways look now instead of a little later. */
export const CREDENTIALS_REVOKED_SUBJECT = 'relay.credentials.revoked';

export const SERVICES = ['ingestor', 'projector', 'gateway-api'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** NATS request/reply: every instance of the service answers with its status report. */
export const statusSubject = (service: ServiceName): string => `relay.control.${service}.status`;
