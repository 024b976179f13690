import type { Snowflake, WebhookEndpoint, ToldType } from '@discord-relay/contracts';
import type { SealedSecret } from '@discord-relay/read-model';

/** An endpoint as pg reads it. */
export interface EndpointRow {
  id: string;
  guildId: Snowflake;
  url: string;
  description: string;
  channels: Snowflake[] | null;
  types: ToldType[] | null;
  secrets: SealedSecret[];
  enabled: boolean;
  disabledReason: WebhookEndpoint['disabledReason'];
  seq: string;
  part: number;
  attempts: number;
  dueAt: Date;
  /** How long it is until `dueAt`, by the database's clock. */
  dueInMs: number;
  failingSince: Date | null;
  lastError: string | null;
  epoch: string;
  createdBy: string;
  createdAt: Date;
}

/** Of `webhook_endpoints AS e`. */
export const ENDPOINT_COLUMNS = `e.id, e.guild_id AS "guildId", e.url, e.description, e.channel_ids AS channels, e.types,
  e.secrets, e.enabled, e.disabled_reason AS "disabledReason", e.seq, e.part, e.attempts, e.due_at AS "dueAt",
  extract(epoch FROM e.due_at - now())::float8 * 1000 AS "dueInMs", e.failing_since AS "failingSince",
  e.last_error AS "lastError", e.epoch, e.created_by AS "createdBy", e.created_at AS "createdAt"`;

/** What an admin is shown: everything but the secrets. */
export function toEndpoint(row: EndpointRow): WebhookEndpoint {
  const { id, guildId, url, description, channels, types, enabled, disabledReason, attempts, lastError } =
    row;
  return {
    id,
    guildId,
    url,
    description,
    channels,
    types,
    enabled,
    disabledReason,
    cursor: Number(row.seq),
    attempts,
    nextAttemptAt: attempts > 0 && enabled ? row.dueAt.toISOString() : null,
    failingSince: row.failingSince?.toISOString() ?? null,
    lastError,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
  };
}

/** Those that are still valid, the newest first. */
export const validSecrets = (secrets: readonly SealedSecret[], nowMs: number): SealedSecret[] =>
  secrets.filter(({ until }) => until === null || Date.parse(until) > nowMs);
