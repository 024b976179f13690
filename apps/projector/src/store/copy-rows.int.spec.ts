import { column, createTableSql, defineTable } from '@discord-relay/read-model';
import fc from 'fast-check';
import { createTables, type TestTables } from '../testing/tables.js';
import { copyInto } from './copy-rows.js';
import { pipelined } from './database.js';

const COPIED = defineTable({
  name: 'copied',
  meaning: 'Columns of every type that is copied.',
  key: ['id'],
  columns: {
    id: column.snowflake(),
    content: column.nullable(column.text()),
    author: column.nullable(column.jsonb()),
    at: column.nullable(column.time()),
    ids: column.nullable(column.snowflakes()),
    yes: column.nullable(column.bool()),
  },
});
const TABLE = createTableSql(COPIED)[0]!.replace('CREATE TABLE', 'CREATE TEMP TABLE IF NOT EXISTS');

const row = fc.record({
  id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
  content: fc.option(storable()),
  author: fc.option(fc.record({ name: storable() })),
  at: fc.option(fc.constant('2026-01-01T00:00:00.123Z')),
  ids: fc.option(fc.array(fc.constantFrom('1', '9223372036854775807'))),
  yes: fc.option(fc.boolean()),
});

function storable(): fc.Arbitrary<string> {
  const awkward = fc.constantFrom('\\', '\\N', '\\.', '\t', '\n', '\r', '"', '{}', 'é', '👍');
  return fc.array(fc.oneof(awkward, fc.string())).map((parts) => parts.join('').replaceAll('\0', ''));
}

describe('copyInto', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await createTables();
  });
  afterAll(() => tables.close());

  it('copyInto returns every value unchanged', () =>
    tables.database.withClient(async (client) => {
      await client.query(TABLE);
      const rows = fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1 });
      await fc.assert(
        fc.asyncProperty(rows, async (written) => {
          await pipelined(client, [{ text: 'TRUNCATE copied' }, copyInto(COPIED)(written)]);
          const found = await client.query<{ id: string; at: Date | null }>('SELECT * FROM copied');
          const read = new Map(
            found.rows.map((each) => [each.id, { ...each, at: each.at?.toISOString() ?? null }]),
          );
          expect(read).toEqual(new Map(written.map((each) => [each.id, each])));
        }),
        { numRuns: 50 },
      );
    }));

  it('a failed copy reports the reason, and later statements of the pipeline are answered', () =>
    tables.database.withClient(async (client) => {
      await client.query(TABLE);
      const twice = copyInto(COPIED)([{ id: '1' }, { id: '1' }]);
      const statements = [{ text: 'BEGIN' }, twice, { text: 'SELECT 1' }, { text: 'ROLLBACK' }];
      await expect(pipelined(client, statements)).rejects.toMatchObject({ code: '23505' });
      expect((await client.query('SELECT 7 AS n')).rows).toEqual([{ n: 7 }]);
    }));
});
