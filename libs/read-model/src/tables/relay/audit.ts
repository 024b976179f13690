import { bigCount, int, nullable, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const AUDIT = defineTable({
  name: 'audit',
  meaning: 'Actions and refused attempts, with their time and origin.',
  key: ['id'],
  columns: {
    id: bigCount('', { generated: true }),
    at: time(),
    action: text('For example `login.discord`, `token.revoked`, `access.refused`.'),
    actor: nullable(text('The actor; null when unknown.')),
    address: nullable(text('Network address.')),
    target: nullable(text('What the action was applied to.')),
    code: nullable(text('The error code of a refusal; null when the action was carried out.')),
    request_id: nullable(text()),
    count: int('Number of equal records within a short time.', { default: '1' }),
  },
  indexes: [{ name: 'audit_at', on: 'at' }],
});
