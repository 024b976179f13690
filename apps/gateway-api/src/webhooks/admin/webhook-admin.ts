import { randomUUID } from 'node:crypto';
import {
  AppError,
  guildHead,
  type NewWebhook,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookSecret,
} from '@discord-relay/contracts';
import { select, type SelectedRow, WEBHOOK_DELIVERIES } from '@discord-relay/read-model';
import { isInScope, type Principal } from '../../access/principal.js';
import { feedHeads } from '../../read/changes.query.js';
import { findGuild } from '../../read/guilds.query.js';
import type { Querying } from '../../database/read-model.database.js';
import { cursorAt } from '../delivery/committed-changes.query.js';
import { deliveryId, parseDeliveryId } from '../delivery/delivery-id.js';
import { ENDPOINT_COLUMNS, type EndpointRow, toEndpoint } from '../endpoint/endpoint-row.js';
import { parseReplayStart, type ReplayStart } from './replay-start.js';
import { newSecret, seal, type SealingKeys } from '../endpoint/sealing.js';
import type { TargetGuard } from '../endpoint/target-guard.js';

const MAX_ENDPOINTS_OF_GUILD = 50;
/** Maximum number of signatures of a delivery. */
const MAX_SECRETS = 4;
const HOUR_S = 3_600;

const DELIVERY = select(WEBHOOK_DELIVERIES, [
  'endpoint_id',
  'seq',
  'part',
  'type',
  'state',
  'attempts',
  'status',
  'error',
  'finished_at',
]);

/** The guilds that the caller may administer. */
export type Scope = Pick<Principal, 'guilds'>;

/** Absent fields stay unchanged. */
export type WebhookChanges = Partial<Omit<NewWebhook, 'guildId'>> & { enabled?: boolean };

export interface DeliveriesChoice {
  state?: WebhookDelivery['state'];
  /** Only deliveries older than this one. */
  before?: string;
  limit: number;
}

/** A changed endpoint ends its lease: the replica that posts to it stops, and the next owner reads it again. */
const RESTART = `epoch = epoch + 1, owner = NULL, lease_until = NULL, attempts = 0, due_at = now()`;
const IN_SCOPE = `e.id = $1 AND ($2::bigint[] IS NULL OR e.guild_id = ANY ($2))`;

/** Administration of endpoints; each admin is limited to the guilds of their token. */
export class WebhookAdmin {
  constructor(
    private readonly relay: Querying,
    private readonly readModel: Querying,
    private readonly guard: TargetGuard,
    private readonly keys: SealingKeys,
    /** Called when endpoints have changed. */
    private readonly changed: () => void,
  ) {}

  async list({ guilds }: Scope): Promise<WebhookEndpoint[]> {
    const rows = await this.relay.rows<EndpointRow>({
      name: 'webhooks_list',
      text: `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e
             WHERE $1::bigint[] IS NULL OR e.guild_id = ANY ($1) ORDER BY e.created_at, e.id`,
      values: [guilds ? [...guilds] : null],
    });
    return rows.map(toEndpoint);
  }

  /** @throws AppError WEBHOOK.NOT_FOUND */
  async get(scope: Scope, id: string): Promise<WebhookEndpoint> {
    return toEndpoint(await this.row(scope, id));
  }

  /** @throws AppError WEBHOOK.NOT_FOUND */
  row(scope: Scope, id: string): Promise<EndpointRow> {
    return this.one(
      'webhooks_get',
      `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e WHERE ${IN_SCOPE}`,
      scope,
      id,
    );
  }

  /**
   * Registers an endpoint for events from now on. Only this result contains its secret.
   * @throws AppError GUILD.NOT_FOUND, WEBHOOK.TARGET_REFUSED, WEBHOOK.TOO_MANY
   */
  async create(scope: Scope, input: NewWebhook, by: string): Promise<WebhookEndpoint & WebhookSecret> {
    const { guildId, description = '', channels = null, types = null } = input;
    if (!isInScope(scope, guildId) || !(await findGuild(this.readModel, guildId)))
      throw new AppError('GUILD.NOT_FOUND');
    const url = await this.guard.check(input.url);
    const [head] = await feedHeads(this.readModel, [guildHead(guildId)]);
    const [id, secret] = [randomUUID(), newSecret()];
    const secrets = JSON.stringify([{ sealed: seal(secret, this.keys, id), until: null }]);
    const [row] = await this.relay.rows<EndpointRow>({
      name: 'webhooks_create',
      text: `INSERT INTO webhook_endpoints AS e
               (id, guild_id, url, description, channel_ids, types, secrets, seq, created_by)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
             WHERE (SELECT count(*) FROM webhook_endpoints WHERE guild_id = $2) < $10
             RETURNING ${ENDPOINT_COLUMNS}`,
      values: [
        id,
        guildId,
        url.href,
        description,
        channels,
        types,
        secrets,
        head,
        by,
        MAX_ENDPOINTS_OF_GUILD,
      ],
    });
    if (!row) throw new AppError('WEBHOOK.TOO_MANY');
    this.changed();
    return { ...toEndpoint(row), secret, previousValidUntil: null, endedEarly: 0 };
  }

  /**
   * An endpoint that is enabled again continues where it stopped. @throws AppError WEBHOOK.NOT_FOUND, WEBHOOK.TARGET_REFUSED
   */
  async update(scope: Scope, id: string, changes: WebhookChanges): Promise<WebhookEndpoint> {
    const { url, description, channels, types, enabled } = changes;
    const href = url === undefined ? null : (await this.guard.check(url)).href;
    const text = `
      UPDATE webhook_endpoints e SET ${RESTART}, failing_since = NULL,
        url = coalesce($3, url), description = coalesce($4, description),
        channel_ids = CASE WHEN $5 THEN $6::bigint[] ELSE channel_ids END,
        types = CASE WHEN $7 THEN $8::text[] ELSE types END, enabled = coalesce($9, enabled),
        disabled_reason = CASE WHEN $9 THEN NULL WHEN NOT $9 THEN 'admin' ELSE disabled_reason END
      WHERE ${IN_SCOPE} RETURNING ${ENDPOINT_COLUMNS}`;
    const filters = [channels !== undefined, channels ?? null, types !== undefined, types ?? null];
    const row = await this.one('webhooks_update', text, scope, id, href, description, ...filters, enabled);
    this.changed();
    return toEndpoint(row);
  }

  /** Removes the endpoint with the records of its deliveries. @throws AppError WEBHOOK.NOT_FOUND */
  async remove(scope: Scope, id: string): Promise<void> {
    const text = `DELETE FROM webhook_endpoints e WHERE ${IN_SCOPE} RETURNING ${ENDPOINT_COLUMNS}`;
    await this.one('webhooks_remove', text, scope, id);
    this.changed();
  }

  /** Creates a new secret; older ones still sign for `overlapHours`. @throws AppError WEBHOOK.NOT_FOUND */
  async rotate(scope: Scope, id: string, overlapHours: number): Promise<WebhookSecret> {
    const secret = newSecret();
    const text = `
      WITH before AS (
        SELECT e.id AS endpoint, (SELECT count(*)::int FROM jsonb_array_elements(e.secrets) s
          WHERE s->>'until' IS NULL OR (s->>'until')::timestamptz > now()) AS valid
        FROM webhook_endpoints e WHERE ${IN_SCOPE} FOR UPDATE)
      UPDATE webhook_endpoints e SET ${RESTART}, secrets = jsonb_build_array($3::jsonb) || (
        SELECT coalesce(jsonb_agg(old.secret ORDER BY old.n), '[]') FROM (
          SELECT n, CASE WHEN s->>'until' IS NULL THEN jsonb_set(s, '{until}', to_jsonb(now() + make_interval(secs => $4))) ELSE s END AS secret
          FROM jsonb_array_elements(secrets) WITH ORDINALITY AS each (s, n)
          WHERE s->>'until' IS NULL OR (s->>'until')::timestamptz > now() ORDER BY n LIMIT $5) AS old)
      FROM before WHERE e.id = before.endpoint RETURNING ${ENDPOINT_COLUMNS}, before.valid`;
    const sealed = JSON.stringify({ sealed: seal(secret, this.keys, id), until: null });
    const row = await this.one<EndpointRow & { valid: number }>(
      'webhooks_rotate',
      text,
      scope,
      id,
      sealed,
      overlapHours * HOUR_S,
      MAX_SECRETS - 1,
    );
    this.changed();
    const endedEarly = Math.max(0, row.valid - (MAX_SECRETS - 1));
    return { secret, previousValidUntil: new Date(row.secrets[1]!.until!).toISOString(), endedEarly };
  }

  /** Posts the events after a position again, in order. @throws AppError WEBHOOK.NOT_FOUND, REQUEST.INVALID */
  async replay(scope: Scope, id: string, from: string): Promise<WebhookEndpoint> {
    const { guildId } = await this.row(scope, id);
    const cursor = await this.cursorOf(guildId, parseReplayStart(from));
    const text = `
      UPDATE webhook_endpoints e SET ${RESTART}, failing_since = NULL, seq = $3, part = 0
      WHERE ${IN_SCOPE} RETURNING ${ENDPOINT_COLUMNS}`;
    const row = await this.one('webhooks_replay', text, scope, id, cursor);
    this.changed();
    return toEndpoint(row);
  }

  /** The outcomes of deliveries, newest first. @throws AppError WEBHOOK.NOT_FOUND */
  async deliveries(scope: Scope, id: string, choice: DeliveriesChoice): Promise<WebhookDelivery[]> {
    await this.row(scope, id);
    const before = choice.before === undefined ? undefined : parseDeliveryId(choice.before);
    const rows = await this.relay.rows<DeliveryRow>({
      name: 'webhooks_deliveries',
      text: `SELECT ${DELIVERY.list} FROM webhook_deliveries
             WHERE endpoint_id = $1 AND ($2::text IS NULL OR state = $2)
               AND ($3::bigint IS NULL OR (seq, part) < ($3, $4::int))
             ORDER BY seq DESC, part DESC LIMIT $5`,
      values: [id, choice.state, before?.seq, before?.part, choice.limit],
    });
    return rows.map(toDelivery);
  }

  private async cursorOf(guildId: string, start: ReplayStart | undefined): Promise<number> {
    if (!start) throw new AppError('REQUEST.INVALID', 'neither a cursor nor an ISO 8601 time');
    if ('time' in start) return cursorAt(this.readModel, guildId, start.time);
    const [head] = await feedHeads(this.readModel, [guildHead(guildId)]);
    if (start.cursor <= head!) return start.cursor;
    throw new AppError(
      'REQUEST.INVALID',
      `the guild’s newest change is ${head}: there is none at ${start.cursor}`,
    );
  }

  private async one<R extends EndpointRow = EndpointRow>(
    name: string,
    text: string,
    { guilds }: Scope,
    id: string,
    ...values: unknown[]
  ): Promise<R> {
    const scoped = [id, guilds ? [...guilds] : null, ...values];
    const [row] = await this.relay.rows<R>({ name, text, values: scoped });
    if (!row) throw new AppError('WEBHOOK.NOT_FOUND');
    return row;
  }
}

type DeliveryRow = SelectedRow<typeof DELIVERY>;

function toDelivery(row: DeliveryRow): WebhookDelivery {
  const { endpointId, part, type, state, attempts, status, error, finishedAt } = row;
  const seq = Number(row.seq);
  const id = deliveryId(endpointId, seq, part);
  return { id, seq, type, state, attempts, status, error, finishedAt: finishedAt.toISOString() };
}
