import { PROJECTIONS_CHANGED_SUBJECT, type Snowflake } from '@discord-relay/contracts';
import { openTestPool, until } from '@discord-relay/local-stack';
import { createProjection } from '@discord-relay/read-model';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, MEMBER, VIEWER } from '../testing/world.js';

const BLIND = '502' as Snowflake;
const LEAVING = '503' as Snowflake;
const READ_MESSAGE_HISTORY = '65536';
const FOLLOWERS = 10;

describe('a switch of projections', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.stop());

  /** What the next projection has when the last one ends: the same, save for what is known of the newest message. */
  async function copyRows(): Promise<void> {
    for (const table of ['guilds', 'roles', 'members', 'channels', 'messages', 'feed_heads'])
      await gateway.world.query(`INSERT INTO projection_v2.${table} SELECT * FROM projection_v1.${table}`);
    await gateway.world.query(`UPDATE projection_v2.messages SET content = 'built anew'`);
  }

  async function flip(): Promise<void> {
    const { world } = gateway;
    await world.query('UPDATE relay.projections SET active = false WHERE active');
    await world.query('UPDATE relay.projections SET active = true WHERE version = 2');
    await world.publish(PROJECTIONS_CHANGED_SUBJECT, '{}');
  }

  /** Joins the channel, and remembers all that comes. */
  async function follow(userId: Snowflake): Promise<SocketClient> {
    const client = new SocketClient(gateway.url, { token: await tokenFor({ role: 'viewer', sub: userId }) });
    await client.connected();
    expect(await client.join({ channelId: CHANNEL })).toMatchObject({ ok: true });
    return client;
  }

  /** Keeps the next projection's messages from being read; resolves to how that ends, once somebody waits for it. */
  async function obstruct(begin: () => Promise<void>): Promise<() => Promise<void>> {
    const pool = openTestPool(gateway.databaseLine.url, 1);
    const client = await pool.connect();
    await client.query('BEGIN; LOCK projection_v2.reaction_counts');
    await begin();
    await until('a reader waits', 10_000, async () => {
      const { rows } = await client.query(`SELECT FROM pg_locks WHERE NOT granted`);
      return rows.length > 0 || undefined;
    });
    return async () => {
      await client.query('ROLLBACK');
      client.release();
      await pool.end();
    };
  }

  it('reads a channel once for all who follow it, and tells each what they may know', async () => {
    const { world, databaseLine } = gateway;
    const overwrites = [{ id: BLIND, type: 'member' as const, allow: '0', deny: READ_MESSAGE_HISTORY }];
    await world.access([
      { of: 'channel', channelId: CHANNEL, type: 0, parentId: null, overwrites, deleted: false },
      { of: 'member', userId: BLIND, ...MEMBER },
      { of: 'member', userId: LEAVING, ...MEMBER },
    ]);
    const { seq: before } = await world.say();
    const followers = await Promise.all(Array.from({ length: FOLLOWERS }, () => follow(VIEWER)));
    const [blind, leaving] = [await follow(BLIND), await follow(LEAVING)];
    await createProjection(databaseLine.url);
    await copyRows();
    await world.query('UPDATE projection_v2.members SET left_at = now() WHERE user_id = $1', [LEAVING]);
    const clear = await obstruct(flip);
    const said = await world.write();
    for (const table of ['feed_heads', 'changes', 'messages'])
      await world.query(
        `INSERT INTO projection_v2.${table} SELECT * FROM projection_v1.${table} WHERE seq = $1
         ${table === 'feed_heads' ? 'ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq' : ''}`,
        [said.seq],
      );
    await world.announce(said);
    await clear();
    for (const client of [...followers, blind]) {
      await client.waitFor('message');
      const [snapshot, ...more] = client.of('messages_bulk').slice(1);
      expect(snapshot).toMatchObject({ seq: before, reason: 'projection_switched' });
      expect(snapshot!.messages).toHaveLength(client === blind ? 0 : 1);
      expect(more).toEqual([]);
      expect(client.seqs()).toEqual([said.seq]);
    }
    expect(await leaving.waitFor('unsubscribed')).toEqual([
      { channelId: CHANNEL, code: 'CHANNEL.ACCESS_LOST' },
    ]);
    expect(leaving.of('messages_bulk')).toHaveLength(1);
    expect(leaving.seqs()).toEqual([]);
    for (const client of [...followers, blind, leaving]) client.close();
  });

  it('gives sockets what they follow anew, after all that the last one had, and fails no request', async () => {
    const { world, databaseLine, url } = gateway;
    await world.say();
    const token = await tokenFor({ role: 'viewer', sub: VIEWER });
    const client = new SocketClient(url, { token });
    await client.connected();
    await client.join({ channelId: CHANNEL });
    await createProjection(databaseLine.url);
    const unannounced = await world.write();
    await copyRows();
    let asking = true;
    const statuses: number[] = [];
    const asked = (async () => {
      while (asking) {
        const headers = { authorization: `Bearer ${token}` };
        statuses.push((await fetch(`${url}/api/v1/channels/${CHANNEL}/messages`, { headers })).status);
      }
    })();
    await flip();
    await until(
      'a snapshot',
      10_000,
      () => client.lastSnapshot().reason === 'projection_switched' || undefined,
    );
    asking = false;
    await asked;
    client.close();
    expect(client.lastSnapshot()).toMatchObject({ seq: unannounced.seq });
    expect(client.lastSnapshot().messages.map(({ content }) => content)).toEqual([
      'built anew',
      'built anew',
    ]);
    expect(client.seqs()).toEqual([unannounced.seq]);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
