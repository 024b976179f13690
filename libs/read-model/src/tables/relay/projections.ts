import { bool, int, nullable, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const PROJECTIONS = defineTable({
  name: 'projections',
  meaning: 'A version of the read models, each in a separate schema. At most one is active.',
  key: ['version'],
  columns: {
    version: int(),
    schema: text(),
    active: bool('Whether clients read it.', { default: 'false' }),
    created_at: time('', { default: 'now()' }),
    shape: int('`SHAPE` of the code that created it.', { default: '1' }),
    ready_at: nullable(time('When it had caught up and became ready for a switch.')),
    activated_at: nullable(time()),
    retired_at: nullable(time('When another projection replaced it as the active one.')),
  },
  indexes: [{ name: 'projections_one_active', on: 'active', where: 'active', unique: true }],
  constraints: ['UNIQUE (schema)'],
});
