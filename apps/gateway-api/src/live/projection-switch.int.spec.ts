import { type Change, PROJECTIONS_CHANGED_SUBJECT, type Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { createProjection } from '@discord-relay/read-model';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { obstruct } from '../testing/obstruct.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER, VIEWER } from '../testing/world.js';

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

  /** Fills the next projection with the rows of the old one, except for a difference in the newest message. */
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

  /** Joins the channel, and records everything that arrives. */
  async function follow(userId: Snowflake): Promise<SocketClient> {
    const client = new SocketClient(gateway.url, { token: await tokenFor({ role: 'viewer', sub: userId }) });
    await client.connected();
    expect(await client.join({ channelId: CHANNEL })).toMatchObject({ ok: true });
    return client;
  }

  /** Writes the change as the next projection would. */
  async function alsoNext({ seq }: Change): Promise<void> {
    for (const table of ['feed_heads', 'changes', 'messages'])
      await gateway.world.query(
        `INSERT INTO projection_v2.${table} SELECT * FROM projection_v1.${table} WHERE seq = $1
         ${table === 'feed_heads' ? 'ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq' : ''}`,
        [seq],
      );
  }

  it('a switch of projections reads a channel once for all subscribers, and sends each what they may see', async () => {
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
    const clear = await obstruct(databaseLine.url, 'projection_v2.reaction_counts', flip);
    const said = await world.write();
    await alsoNext(said);
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

  it('a switch of projections removes subscribers from whom something was hidden, even if they may read again', async () => {
    const { world, databaseLine } = gateway;
    await world.access([{ of: 'member', userId: LEAVING, ...MEMBER }]);
    await world.say();
    const [staying, leaving] = [await follow(VIEWER), await follow(LEAVING)];
    const witness = new SocketClient(gateway.url, { token: await tokenFor({ role: 'admin' }) });
    await witness.connected();
    await witness.request('subscribe_rooms', { guildId: GUILD });
    await createProjection(databaseLine.url);
    await copyRows();
    const clear = await obstruct(databaseLine.url, 'projection_v2.reaction_counts', flip);
    const member = { of: 'member' as const, userId: LEAVING, ...MEMBER };
    const changes = [await world.writeAccess([{ ...member, left: true }])];
    await alsoNext(changes[0]!);
    changes.push(await world.write(CHANNEL, GUILD, 'secret'));
    await alsoNext(changes[1]!);
    changes.push(await world.writeAccess([member]));
    await alsoNext(changes[2]!);
    for (const change of changes) await world.announce(change);
    const body = { guildId: GUILD, channelId: CHANNEL, userId: VIEWER, username: 'ada', avatar: null };
    await alsoNext(await world.publishChange({ kind: 'voice_joined', body }));
    await witness.waitFor('voice_joined');
    await clear();
    await staying.waitFor('message');
    await leaving.waitFor('unsubscribed');
    expect(leaving.of('message')).toEqual([]);
    for (const client of [staying, leaving, witness]) client.close();
  });

  it('a switch of projections sends sockets new snapshots after everything of the old projection, and fails no request', async () => {
    const { world, databaseLine, url } = gateway;
    await world.say();
    const token = await tokenFor({ role: 'viewer', sub: VIEWER });
    const client = new SocketClient(url, { token });
    await client.connected();
    await client.join({ channelId: CHANNEL });
    await createProjection(databaseLine.url);
    const unannounced = await world.write();
    await copyRows();
    let requesting = true;
    const statuses: number[] = [];
    const requests = (async () => {
      while (requesting) {
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
    requesting = false;
    await requests;
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
