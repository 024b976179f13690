import { AppError } from '@discord-relay/contracts';
import type { ExportRequest } from '@discord-relay/export';
import { guildScope, type Principal } from '../../access/principal.js';
import type { Querying } from '../../database/read-model.database.js';
import type { RelayDatabase } from '../../database/relay.database.js';
import { EXPORT_COLUMNS_ALL, type ExportRow, type ExportSummaryRow, SUMMARY_COLUMNS } from './export-row.js';

export interface NewExport {
  request: ExportRequest;
  since: number | null;
  idempotencyKey: string | null;
  store: string;
}

export interface QueueLimits {
  /** Waiting and running exports of all users, and of one. */
  maxQueued: number;
  maxQueuedPerUser: number;
}

/** The exports that a caller may see in the guilds of their token: their own, and for an admin all. */
const VISIBLE = `(user_id = $1 OR $2::boolean) AND ($3::bigint[] IS NULL OR guild_id = ANY ($3::bigint[]))`;
const WAITING = `state IN ('queued', 'running')`;
/** Serialises the check of the limits; "expo" in ASCII. */
const CREATE_LOCK = 0x65_78_70_6f;

const CREATE = `
  INSERT INTO exports (user_id, role, guilds, credential, rights_until, guild_id, request, since, idempotency_key, store)
  SELECT $1, $2, $3::bigint[], $4, to_timestamp($5), $6, $7::json, $8, $9, $10::uuid
  WHERE (SELECT count(*) < $11 AND count(*) FILTER (WHERE user_id = $1) < $12 FROM exports WHERE ${WAITING})
  ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
  RETURNING ${EXPORT_COLUMNS_ALL}`;
const BY_KEY = `SELECT ${EXPORT_COLUMNS_ALL} FROM exports WHERE user_id = $1 AND idempotency_key = $2`;
const FIND = `SELECT ${EXPORT_COLUMNS_ALL} FROM exports WHERE id = $4 AND ${VISIBLE}`;
const LIST = `
  SELECT ${SUMMARY_COLUMNS} FROM exports WHERE number < $4 AND ${VISIBLE} ORDER BY number DESC LIMIT $5`;
const CANCEL = `
  WITH ended AS (
    UPDATE exports SET state = 'cancelled', epoch = epoch + 1, owner = NULL, lease_until = NULL, bytes = 0,
      finished_at = coalesce(finished_at, now()), expires_at = now()
    WHERE id = $4 AND ${VISIBLE} AND state NOT IN ('cancelled', 'expired') RETURNING id),
  removed AS (DELETE FROM export_files USING ended WHERE export_id = ended.id)
  SELECT id FROM ended`;
const RETRY = `
  UPDATE exports SET state = 'queued', attempts = 0, due_at = now(), error_code = NULL, error = NULL, finished_at = NULL,
    expires_at = NULL
  WHERE id = $4 AND ${VISIBLE} AND state = 'failed' RETURNING ${EXPORT_COLUMNS_ALL}`;

/** The exports as their creators and admins see and change them. */
export class ExportJobs {
  constructor(
    private readonly database: RelayDatabase,
    private readonly limits: QueueLimits,
  ) {}

  /**
   * Creates an export, or returns the one that an earlier request with the same idempotency key created.
   * @throws AppError `EXPORT.TOO_MANY`; `REQUEST.INVALID` when that request was another one
   */
  async create(by: Principal, wanted: NewExport): Promise<{ row: ExportRow; isNew: boolean }> {
    return this.database.locked(CREATE_LOCK, async (query) => {
      const earlier = await this.findByKey(query, by, wanted);
      if (earlier) return { row: earlier, isNew: false };
      const [row] = await query.rows<ExportRow>({
        name: 'export_create',
        text: CREATE,
        values: this.valuesOf(by, wanted),
      });
      if (!row) throw new AppError('EXPORT.TOO_MANY');
      return { row, isNew: true };
    });
  }

  /** @throws AppError `EXPORT.NOT_FOUND` */
  async find(by: Principal, id: string): Promise<ExportRow> {
    return required(await this.change<ExportRow>('export_find', FIND, by, id));
  }

  /** Newest first, and one more than `limit` if there are more. */
  async list(by: Principal, before: number | undefined, limit: number): Promise<ExportSummaryRow[]> {
    const values = [...scopeOf(by), before ?? Number.MAX_SAFE_INTEGER, limit + 1];
    return this.database.rows({ name: 'export_list', text: LIST, values });
  }

  /** Without effect on an export without files. @throws AppError `EXPORT.NOT_FOUND` */
  async cancel(by: Principal, id: string): Promise<boolean> {
    if (await this.change('export_cancel', CANCEL, by, id)) return true;
    await this.find(by, id);
    return false;
  }

  /** @throws AppError `EXPORT.NOT_FOUND`, `EXPORT.NOT_RETRYABLE` */
  async retry(by: Principal, id: string): Promise<ExportRow> {
    const row = await this.change<ExportRow>('export_retry', RETRY, by, id);
    if (row) return row;
    await this.find(by, id);
    throw new AppError('EXPORT.NOT_RETRYABLE');
  }

  private async change<Row extends object>(
    name: string,
    text: string,
    by: Principal,
    id: string,
  ): Promise<Row | undefined> {
    const [row] = await this.database.rows<Row>({ name, text, values: [...scopeOf(by), id] });
    return row;
  }

  private async findByKey(
    query: Querying,
    by: Principal,
    { idempotencyKey, request, since }: NewExport,
  ): Promise<ExportRow | undefined> {
    if (idempotencyKey === null) return undefined;
    const values = [by.id, idempotencyKey];
    const [row] = await query.rows<ExportRow>({ name: 'export_by_key', text: BY_KEY, values });
    if (!row) return undefined;
    const isSame =
      JSON.stringify(row.request) === JSON.stringify(request) && Number(row.since ?? -1) === (since ?? -1);
    if (isSame) return row;
    throw new AppError('REQUEST.INVALID', 'Idempotency-Key was used for an export with other options');
  }

  private valuesOf(by: Principal, { request, since, idempotencyKey, store }: NewExport): unknown[] {
    const { id, role, expiresAtMs, credential = null } = by;
    const rights = [id, role, guildScope(by), credential, expiresAtMs / 1_000];
    const wanted = [request.guild, JSON.stringify(request), since, idempotencyKey, store];
    return [...rights, ...wanted, this.limits.maxQueued, this.limits.maxQueuedPerUser];
  }
}

const scopeOf = (by: Principal): unknown[] => [by.id, by.role === 'admin', guildScope(by)];

function required<Row>(row: Row | undefined): Row {
  if (row) return row;
  throw new AppError('EXPORT.NOT_FOUND');
}
