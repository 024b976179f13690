import type { ErrorCode, RestGap } from '@discord-relay/contracts';
import type { FinishedFile, RunState } from '@discord-relay/export';
import { EXPORTS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { EXPORT_COLUMNS_ALL, type ExportProgress, type ExportRow } from './export-row.js';

/** The right to write an export. `epoch` is the fence: every claim and every end increments it. */
export interface Lease {
  id: string;
  epoch: number;
}

const RIGHTS = select(EXPORTS, ['guilds', 'credential', 'rights_until', 'epoch', 'attempts']);

/** An export with what its lease needs. */
export type ClaimedExport = ExportRow & SelectedRow<typeof RIGHTS>;

/** What a run adds after each complete file. */
export interface Saved extends ExportProgress {
  /** Only at the beginning of the run. */
  begun?: Pick<RunState, 'units' | 'total'> & { channelIds: string[] };
  /** Number of the files before. */
  savedFiles: number;
  files: FinishedFile[];
}

export interface Measured {
  rows: number;
  bytes: number;
  rowsPerS: number | null;
}

/** Bytes of the files of other exports: of all users, and of the same one. */
export interface OtherBytes {
  all: number;
  ofUser: number;
}

export interface Failure {
  code: ErrorCode;
  detail: string;
}

export type Standing = 'held' | 'lost' | 'revoked' | 'expired';

const SESSION = `'^session:[0-9a-f-]{36}$'`;
const TOKEN = `'^token:[0-9a-f-]{36}$'`;
const LIVE = 'revoked_at IS NULL AND expires_at > now()';

/** SQLSTATE unique_violation: another replica claimed another export of the same user. */
const UNIQUE_VIOLATION = '23505';
const NAMED = "id = $1 AND epoch = $2 AND state = 'running'";
const RELEASED = 'owner = NULL, lease_until = NULL, rows_per_s = NULL';

const CLAIM = `
  UPDATE exports SET state = 'running', owner = $1, lease_until = now() + make_interval(secs => $2), epoch = epoch + 1,
    attempts = attempts + 1, started_at = coalesce(started_at, now())
  WHERE id = (
    SELECT id FROM exports e
    WHERE store = $3
      AND ((state = 'queued' AND due_at <= now()
            AND NOT EXISTS (SELECT 1 FROM exports r WHERE r.user_id = e.user_id AND r.state = 'running'))
        OR (state = 'running' AND (lease_until < now() OR (owner = $1 AND NOT id = ANY ($4::uuid[])))))
    ORDER BY state = 'running' DESC, number LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING ${EXPORT_COLUMNS_ALL}, ${RIGHTS.list}`;
const STANDING = `
  SELECT credential IS NULL AS "cannotBeRevoked", CASE
    WHEN credential IS NULL THEN rights_until > now()
    WHEN credential ~ ${SESSION} THEN EXISTS (SELECT 1 FROM sessions WHERE id = substr(credential, 9)::uuid AND ${LIVE})
    WHEN credential ~ ${TOKEN} THEN EXISTS (SELECT 1 FROM service_tokens WHERE id = substr(credential, 7)::uuid AND ${LIVE})
    ELSE false END AS allowed
  FROM exports WHERE ${NAMED}`;
const RENEW = `
  UPDATE exports e SET lease_until = now() + make_interval(secs => $3), rows = $4, bytes = $5, rows_per_s = $6
  WHERE ${NAMED}
  RETURNING (SELECT coalesce(sum(o.bytes), 0) FROM exports o WHERE o.store = e.store AND o.id <> e.id) AS "all",
    (SELECT coalesce(sum(o.bytes), 0) FROM exports o
     WHERE o.store = e.store AND o.id <> e.id AND o.user_id = e.user_id) AS "ofUser"`;
const SAVE = `
  WITH saved AS (
    UPDATE exports SET progress = $3::json, units = coalesce($4::json, units), total = coalesce($5, total),
      channel_ids = coalesce($6::bigint[], channel_ids), attempts = CASE WHEN $8::json::text = '[]' THEN attempts ELSE 0 END
    WHERE ${NAMED} RETURNING id, epoch),
  added AS (
    INSERT INTO export_files (export_id, number, path, rows, bytes, sha256, parts, epoch)
    SELECT saved.id, $7::int + row_number() OVER (), f.path, f.rows, f.bytes, f.sha256, f.parts, saved.epoch
    FROM saved, json_to_recordset($8::json) AS f (path text, rows bigint, bytes bigint, sha256 text, parts json))
  SELECT id FROM saved`;
const FINISH = `
  UPDATE exports SET state = $3, gaps = $4::json, error_code = $5, error = $6, finished_at = now(),
    expires_at = now() + make_interval(secs => $7), epoch = epoch + 1, ${RELEASED},
    rows = (SELECT coalesce(sum(f.rows), 0) FROM export_files f WHERE f.export_id = exports.id),
    bytes = (SELECT coalesce(sum(f.bytes), 0) FROM export_files f WHERE f.export_id = exports.id)
  WHERE ${NAMED} RETURNING id`;
const REQUEUE = `
  UPDATE exports SET state = 'queued', due_at = now() + make_interval(secs => $3), attempts = greatest(0, attempts - $4),
    error_code = $5, error = $6, epoch = epoch + 1, ${RELEASED}
  WHERE ${NAMED} RETURNING id`;
const EXPIRE = `
  WITH ended AS (
    UPDATE exports SET state = 'expired', bytes = 0, epoch = epoch + 1
    WHERE state IN ('done', 'failed') AND expires_at < now() RETURNING id),
  removed AS (DELETE FROM export_files USING ended WHERE export_id = ended.id)
  SELECT id FROM ended`;
const PRUNE = `DELETE FROM exports WHERE state IN ('cancelled', 'expired') AND expires_at < now() - interval '7 days'`;
const WITH_FILES = `
  SELECT id FROM exports WHERE id = ANY ($1::uuid[]) AND state NOT IN ('cancelled', 'expired')`;

/** The leases of exports. If an update affects no row, the export was cancelled or another replica has it. */
export class ExportLeases {
  constructor(
    private readonly database: Querying,
    private readonly owner: string,
    private readonly options: { leaseMs: number; keepS: number },
  ) {}

  /**
   * Claims an export of this folder that waits, or whose lease has expired. Also claims one that is leased to this instance name but
   * not among `running`: a killed process of the same name left it behind.
   */
  async claim(store: string, running: readonly string[]): Promise<ClaimedExport | undefined> {
    const values = [this.owner, this.options.leaseMs / 1_000, store, running];
    try {
      const [row] = await this.database.rows<ClaimedExport>({ name: 'exports_claim', text: CLAIM, values });
      return row;
    } catch (error) {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return undefined;
      throw error;
    }
  }

  /** Whether this replica may go on reading with the rights of the export's creator. */
  async standing({ id, epoch }: Lease): Promise<Standing> {
    const [row] = await this.database.rows<{ cannotBeRevoked: boolean; allowed: boolean }>({
      name: 'exports_standing',
      text: STANDING,
      values: [id, epoch],
    });
    if (!row) return 'lost';
    if (row.allowed) return 'held';
    return row.cannotBeRevoked ? 'expired' : 'revoked';
  }

  /** Extends the lease and stores the progress; undefined: the lease is lost. */
  async renew({ id, epoch }: Lease, { rows, bytes, rowsPerS }: Measured): Promise<OtherBytes | undefined> {
    const [row] = await this.database.rows<{ all: string; ofUser: string }>({
      name: 'exports_renew',
      text: RENEW,
      values: [id, epoch, this.options.leaseMs / 1_000, rows, bytes, rowsPerS],
    });
    return row && { all: Number(row.all), ofUser: Number(row.ofUser) };
  }

  /** False if the lease is lost. */
  save({ id, epoch }: Lease, { run, position, begun, savedFiles, files }: Saved): Promise<boolean> {
    const start = begun ? [JSON.stringify(begun.units), begun.total, begun.channelIds] : [null, null, null];
    const values = [
      id,
      epoch,
      JSON.stringify({ run, position }),
      ...start,
      savedFiles,
      JSON.stringify(files),
    ];
    return this.affects('exports_save', SAVE, values);
  }

  /** False if the lease is lost. */
  finish({ id, epoch }: Lease, end: { gaps: RestGap[] } | { failure: Failure }): Promise<boolean> {
    const outcome =
      'gaps' in end
        ? ['done', JSON.stringify(end.gaps), null, null]
        : ['failed', null, end.failure.code, end.failure.detail];
    return this.affects('exports_finish', FINISH, [id, epoch, ...outcome, this.options.keepS]);
  }

  /** Lets any replica continue it, after a time. `failure`: why; absent: this replica stops, which is not a failed attempt. */
  requeue({ id, epoch }: Lease, delayS: number, failure?: Failure): Promise<boolean> {
    const values = [id, epoch, delayS, failure ? 0 : 1, failure?.code ?? null, failure?.detail ?? null];
    return this.affects('exports_requeue', REQUEUE, values);
  }

  /** Ends the exports whose time is over. True if there were some. */
  expire(): Promise<boolean> {
    return this.affects('exports_expire', EXPIRE, []);
  }

  async prune(): Promise<void> {
    await this.database.rows({ name: 'exports_prune', text: PRUNE, values: [] });
  }

  /** Those of the ids whose files are kept. */
  async withFiles(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.rows<{ id: string }>({
      name: 'exports_with_files',
      text: WITH_FILES,
      values: [ids],
    });
    return new Set(rows.map(({ id }) => id));
  }

  private async affects(name: string, text: string, values: unknown[]): Promise<boolean> {
    return (await this.database.rows({ name, text, values })).length > 0;
  }
}
