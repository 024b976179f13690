import * as projectionTables from './projection/index.js';
import * as relayTables from './relay/index.js';
import type { Table } from './description/table.js';

export * as column from './description/column.js';
export {
  columnList,
  createTableSql,
  type NonNull,
  recordDefinition,
  rowReader,
  select,
  type SelectedRow,
  type Selection,
} from './description/sql.js';
export {
  columnNames,
  defineTable,
  type ColumnName,
  type Columns,
  type RowOf,
  type Table,
} from './description/table.js';
export * from './projection/index.js';
export * from './relay/index.js';

/** Every table of a projection, and every table of schema `relay`. */
export const PROJECTION_TABLES: readonly Table[] = Object.values(projectionTables);
export const RELAY_TABLES: readonly Table[] = Object.values(relayTables);
