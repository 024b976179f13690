import { eventually } from './eventually.js';

type Rows = (sql: string) => Promise<{ valid: boolean }[]>;

/** Whether a projection's search index is usable; undefined: there is none. */
export async function isSearchable(rows: Rows, version: number): Promise<boolean | undefined> {
  const found = await rows(
    `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('projection_v${version}.messages_search')`,
  );
  return found[0]?.valid;
}

/** Waits for the index. A statement that alters the table while Postgres builds the index could deadlock. */
export const searchable = (rows: Rows, version = 1): Promise<void> =>
  eventually('the search index', async () => (await isSearchable(rows, version)) === true, 30_000);
