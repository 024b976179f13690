import { bigCount, int, nullable, text, time } from '../column.js';
import { defineTable } from '../table.js';

export const AUDIT = defineTable({
  name: 'audit',
  meaning: 'Who did what, or was refused what, when and from where.',
  key: ['id'],
  columns: {
    id: bigCount('', { generated: true }),
    at: time(),
    action: text('For example `login.discord`, `token.revoked`, `access.refused`.'),
    actor: nullable(text('Who; null when nobody knows.')),
    address: nullable(text('Network address.')),
    target: nullable(text('What it was done to.')),
    code: nullable(text('Why it was refused: one of the documented codes; null when it was done.')),
    request_id: nullable(text()),
    count: int('How many times within a moment.', { default: '1' }),
  },
  indexes: [{ name: 'audit_at', on: 'at' }],
});
