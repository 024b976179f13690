import { PROJECTIONS_CHANGED_SUBJECT } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { createProjection } from '@discord-relay/read-model';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, VIEWER } from '../testing/world.js';

describe('a switch of projections', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.stop());

  /** What the next projection has when the last one ends: the same, save for what is known of the newest message. */
  async function copyRows(): Promise<void> {
    for (const table of ['guilds', 'roles', 'members', 'channels', 'messages', 'feed_heads'])
      await gateway.world.query(`INSERT INTO projection_v2.${table} SELECT * FROM projection_v1.${table}`);
    await gateway.world.query(`UPDATE projection_v2.messages SET content = 'built anew'`);
  }

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
    await world.query('UPDATE relay.projections SET active = false WHERE active');
    await world.query('UPDATE relay.projections SET active = true WHERE version = 2');
    await world.publish(PROJECTIONS_CHANGED_SUBJECT, '{}');
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
