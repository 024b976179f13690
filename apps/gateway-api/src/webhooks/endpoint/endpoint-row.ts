import type { WebhookEndpoint } from '@discord-relay/contracts';
import { type SealedSecret, select, type SelectedRow, WEBHOOK_ENDPOINTS } from '@discord-relay/read-model';

const ENDPOINT = select(
  WEBHOOK_ENDPOINTS,
  [
    'id',
    'guild_id',
    'url',
    'description',
    'channel_ids',
    'types',
    'secrets',
    'enabled',
    'disabled_reason',
    'seq',
    'part',
    'attempts',
    'due_at',
    'failing_since',
    'last_error',
    'epoch',
    'created_by',
    'created_at',
  ],
  { of: 'e', as: { channel_ids: 'channels' } },
);

/** An endpoint's row as pg returns it. */
export type EndpointRow = SelectedRow<typeof ENDPOINT> & {
  /** Milliseconds until `dueAt`, by the database's clock. */
  dueInMs: number;
  /** Milliseconds since `failingSince`, by the database's clock; null: it is not failing. */
  failingForMs: number | null;
  /** When this was read, by the database's clock: milliseconds since the Unix epoch. */
  readAtMs: number;
};

/** Columns of `webhook_endpoints AS e`. */
export const ENDPOINT_COLUMNS = `${ENDPOINT.list},
  extract(epoch FROM e.due_at - now())::float8 * 1000 AS "dueInMs",
  extract(epoch FROM now() - e.failing_since)::float8 * 1000 AS "failingForMs",
  extract(epoch FROM now())::float8 * 1000 AS "readAtMs"`;

/** The endpoint as an admin sees it: everything but the secrets. */
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

/** The secrets that were valid when the row was read, newest first. */
export const validSecrets = ({ secrets, readAtMs }: EndpointRow): SealedSecret[] =>
  secrets.filter(({ until }) => until === null || Date.parse(until) > readAtMs);
