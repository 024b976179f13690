import type { AuditEntry } from '@discord-relay/contracts';
import { AUDIT, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';

export interface AuditSelection {
  /** Id of a record: only older ones. */
  before?: string;
  action?: string;
  actor?: string;
  limit: number;
}

const ENTRY = select(AUDIT, [
  'id',
  'at',
  'action',
  'actor',
  'address',
  'target',
  'code',
  'request_id',
  'count',
]);

const LIST = `
  SELECT ${ENTRY.list}
  FROM audit
  WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR action = $2) AND ($3::text IS NULL OR actor = $3)
  ORDER BY id DESC LIMIT $4`;
const FORGET = `DELETE FROM audit WHERE at < now() - make_interval(days => $1)`;

/** Newest first. @throws AppError as {@link Querying.rows} */
export async function listAudit(query: Querying, selection: AuditSelection): Promise<AuditEntry[]> {
  const { before = null, action = null, actor = null, limit } = selection;
  const values = [before, action, actor, limit];
  const rows = await query.rows<SelectedRow<typeof ENTRY>>({ name: 'audit_list', text: LIST, values });
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/** Removes records that are older. @throws AppError as {@link Querying.rows} */
export async function deleteOldAudit(query: Querying, olderThanDays: number): Promise<void> {
  await query.rows({ name: 'audit_forget', text: FORGET, values: [olderThanDays] });
}
