import type pg from 'pg';
import { openReadModel, type TestReadModel } from '../testing/read-model.js';
import { listChannels } from './channels.query.js';
import type { Querying } from '../database/read-model.database.js';

describe('listChannels', () => {
  let model: TestReadModel;
  let pool: pg.Pool;
  let query: Querying;

  beforeEach(async () => {
    model = await openReadModel();
    ({ pool, query } = model);
    await pool.query(`INSERT INTO guilds (id, name, available, seq) VALUES (1, 'One', true, 0)`);
  });

  afterEach(() => model.close());

  const insert = (id: number, type: number, position: number, parentId: number | null, deleted = false) =>
    pool.query(
      `INSERT INTO channels (id, guild_id, type, name, position, parent_id, seq, deleted_at)
       VALUES ($1, 1, $2, 'c', $3, $4, 0, CASE WHEN $5 THEN now() END)`,
      [id, type, position, parentId, deleted],
    );

  const listed = async () => (await listChannels(query, null)).map(({ id }) => Number(id));

  it('listChannels lists every category before its channels, and channels without a category first', async () => {
    await insert(20, 4, 1, null);
    await insert(10, 4, 0, null);
    await insert(21, 0, 0, 20);
    await insert(12, 0, 3, 10);
    await insert(11, 0, 1, 10);
    await insert(1, 0, 9, null);
    expect(await listed()).toEqual([1, 10, 11, 12, 20, 21]);
  });

  it('listChannels lists voice and stage channels after text channels, whatever their positions', async () => {
    await insert(10, 4, 0, null);
    await insert(11, 2, 0, 10);
    await insert(12, 13, 1, 10);
    await insert(13, 5, 2, 10);
    expect(await listed()).toEqual([10, 13, 11, 12]);
  });

  it('listChannels lists threads after their channel and omits archived ones', async () => {
    await insert(10, 4, 0, null);
    await insert(11, 0, 1, 10);
    await insert(12, 0, 2, 10);
    for (const [id, archived] of [
      [101, false],
      [102, true],
      [103, false],
    ] as const)
      await pool.query(
        `INSERT INTO channels (id, guild_id, type, name, parent_id, archived, seq) VALUES ($1, 1, 11, 't', 11, $2, 0)`,
        [id, archived],
      );
    expect(await listed()).toEqual([10, 11, 101, 103, 12]);
    const thread = (await listChannels(query, null)).find(({ id }) => id === '101');
    expect(thread).toEqual({
      id: '101',
      name: 't',
      type: 'public_thread',
      discordType: 11,
      serverId: '1',
      parentId: '11',
      archived: false,
    });
  });

  it('listChannels lists the channels of a deleted category without one', async () => {
    await insert(10, 4, 0, null);
    await insert(20, 4, 1, null, true);
    await insert(21, 0, 0, 20);
    expect(await listed()).toEqual([21, 10]);
  });
});
