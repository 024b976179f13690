import { select, type SelectedRow, WEBHOOK_ENDPOINTS } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { ENDPOINT_COLUMNS, type EndpointRow } from '../endpoint/endpoint-row.js';
import type { Delivery, Position } from './plan-deliveries.js';

/** The right to post to an endpoint. `epoch` is the fence: every claim and every change of the endpoint increments it. */
export interface Lease {
  id: string;
  epoch: string;
}

const CLAIMED = select(WEBHOOK_ENDPOINTS, ['id', 'epoch', 'guild_id'], { of: 'e' });
const LEASED = select(WEBHOOK_ENDPOINTS, ['id', 'epoch'], { of: 'e' });

/** How a delivery ended. */
export interface Outcome {
  state: 'delivered' | 'dead';
  attempts: number;
  status: number | null;
  error: string | null;
}

/** Records of deliveries are kept as long as changes are; those of abandoned ones longer. */
const DELIVERED_KEPT = '1 day';
const DEAD_KEPT = '30 days';
const PRUNED_AT_ONCE = 10_000;

/**
 * The endpoints' rows and their leases. Every update except a claim names the epoch: if it affects no row, another replica has
 * the lease, or the endpoint was changed.
 */
export class LeaseStore {
  constructor(
    private readonly database: Querying,
    private readonly owner: string,
    private readonly leaseMs: number,
  ) {}

  /**
   * Claims up to `limit` endpoints without an owner. Also claims endpoints that are leased to this instance name but
   * not among `running`: a killed process of the same name left them behind.
   * @throws AppError SERVICE.UNAVAILABLE
   */
  async claim(limit: number, running: readonly string[]): Promise<SelectedRow<typeof CLAIMED>[]> {
    return this.database.rows({
      name: 'webhooks_claim',
      text: `UPDATE webhook_endpoints e
             SET owner = $1, lease_until = now() + make_interval(secs => $2), epoch = epoch + 1
             WHERE id IN (SELECT id FROM webhook_endpoints
                          WHERE enabled AND (lease_until IS NULL OR lease_until < now()
                                             OR (owner = $1 AND NOT id = ANY ($4::uuid[])))
                          ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING ${CLAIMED.list}`,
      values: [this.owner, this.leaseMs / 1_000, limit, running],
    });
  }

  /** Extends the leases that this replica still has, and returns them. */
  async renew(leases: readonly Lease[]): Promise<Lease[]> {
    return this.database.rows({
      name: 'webhooks_renew',
      text: `UPDATE webhook_endpoints e SET lease_until = now() + make_interval(secs => $3)
             FROM unnest($1::uuid[], $2::bigint[]) AS mine (id, epoch)
             WHERE e.id = mine.id AND e.epoch = mine.epoch AND e.enabled RETURNING ${LEASED.list}`,
      values: [leases.map(({ id }) => id), leases.map(({ epoch }) => epoch), this.leaseMs / 1_000],
    });
  }

  /** Lets others claim them at once. */
  async release(leases: readonly Lease[]): Promise<void> {
    await this.database.rows({
      name: 'webhooks_release',
      text: `UPDATE webhook_endpoints e SET lease_until = NULL, owner = NULL
             FROM unnest($1::uuid[], $2::bigint[]) AS mine (id, epoch)
             WHERE e.id = mine.id AND e.epoch = mine.epoch`,
      values: [leases.map(({ id }) => id), leases.map(({ epoch }) => epoch)],
    });
  }

  /** The current endpoint; undefined if the lease is lost. */
  async load({ id, epoch }: Lease): Promise<EndpointRow | undefined> {
    const [row] = await this.database.rows<EndpointRow>({
      name: 'webhooks_load',
      text: `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e WHERE id = $1 AND epoch = $2 AND enabled`,
      values: [id, epoch],
    });
    return row;
  }

  /** Records that the delivery has ended, and moves the endpoint past it. False if the lease is lost. */
  async finish(lease: Lease, delivery: Delivery, outcome: Outcome): Promise<boolean> {
    const { seq, part, type, after } = delivery;
    const rows = await this.database.rows({
      name: 'webhooks_finish',
      text: `WITH moved AS (
               UPDATE webhook_endpoints SET seq = $3, part = $4, attempts = 0, due_at = now(),
                 failing_since = CASE WHEN $8::text = 'delivered' THEN NULL ELSE coalesce(failing_since, now()) END,
                 last_error = $11
               WHERE id = $1 AND epoch = $2 RETURNING id)
             INSERT INTO webhook_deliveries (endpoint_id, seq, part, type, state, attempts, status, error)
             SELECT id, $5, $6, $7, $8, $9, $10, $11 FROM moved
             ON CONFLICT (endpoint_id, seq, part) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
               status = excluded.status, error = excluded.error, finished_at = now()
             RETURNING 1`,
      values: [
        ...[lease.id, lease.epoch, after.seq, after.part, seq, part, type],
        ...[outcome.state, outcome.attempts, outcome.status, outcome.error],
      ],
    });
    return rows.length > 0;
  }

  /** Moves the endpoint past changes that its selection excludes. False if the lease is lost. */
  async advance({ id, epoch }: Lease, { seq, part }: Position): Promise<boolean> {
    const rows = await this.database.rows({
      name: 'webhooks_advance',
      text: 'UPDATE webhook_endpoints SET seq = $3, part = $4 WHERE id = $1 AND epoch = $2 RETURNING 1',
      values: [id, epoch, seq, part],
    });
    return rows.length > 0;
  }

  /** Records that the next delivery failed and is retried later. False if the lease is lost. */
  async postpone({ id, epoch }: Lease, dueInMs: number, error: string): Promise<boolean> {
    const rows = await this.database.rows({
      name: 'webhooks_postpone',
      text: `UPDATE webhook_endpoints SET attempts = attempts + 1, due_at = now() + make_interval(secs => $3),
               failing_since = coalesce(failing_since, now()), last_error = $4
             WHERE id = $1 AND epoch = $2 RETURNING 1`,
      values: [id, epoch, dueInMs / 1_000, error],
    });
    return rows.length > 0;
  }

  /** Stops posting until an admin enables the endpoint again; undelivered events remain to be delivered. */
  async disable({ id, epoch }: Lease, reason: 'gone' | 'failing', error: string): Promise<boolean> {
    const rows = await this.database.rows({
      name: 'webhooks_disable',
      text: `UPDATE webhook_endpoints SET enabled = false, disabled_reason = $3, last_error = $4, owner = NULL,
               lease_until = NULL, epoch = epoch + 1
             WHERE id = $1 AND epoch = $2 RETURNING 1`,
      values: [id, epoch, reason, error],
    });
    return rows.length > 0;
  }

  /** Removes old delivery records, a limited number at a time. */
  async prune(): Promise<void> {
    await this.database.rows({
      name: 'webhooks_prune',
      text: `DELETE FROM webhook_deliveries WHERE ctid IN (
               SELECT ctid FROM webhook_deliveries
               WHERE finished_at < now() - interval '${DELIVERED_KEPT}'
                 AND (state = 'delivered' OR finished_at < now() - interval '${DEAD_KEPT}')
               ORDER BY finished_at LIMIT $1)`,
      values: [PRUNED_AT_ONCE],
    });
  }
}
