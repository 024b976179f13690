import type { AuditEntryRecord } from '../state/model/records.js';

/** An entry of the audit log; without a reason or changes, Discord omits these. */
export function auditEntryPayload({ id, actionType, byId, targetId, reason, changes }: AuditEntryRecord) {
  return {
    id,
    action_type: actionType,
    user_id: byId,
    target_id: targetId,
    ...(changes.length > 0 ? { changes } : {}),
    ...(reason === null ? {} : { reason }),
  };
}
