import { type RestSystem, SERVICES, statusSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD } from '../../testing/world.js';

const PATH = '/api/v1/system';
const AS_ADMIN = { role: 'admin', sub: 'boss' };

let gateway: TestGateway;
let documented: Documented;
let services: NatsConnection;

beforeAll(async () => {
  gateway = await startGateway();
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
  services = await connect({ servers: gateway.nats.url });
});
afterAll(async () => {
  await services.close();
  await gateway.stop();
});

async function read(claims: object): Promise<{ status: number; answer: RestSystem & { code?: string } }> {
  const headers = { authorization: `Bearer ${await tokenFor({ ...claims })}` };
  const response = await fetch(gateway.url + PATH, { headers });
  const answer = (await response.json()) as RestSystem;
  expect(documented.problemsOf(PATH, response.status, answer)).toEqual([]);
  return { status: response.status, answer };
}

describe('the state of the system', () => {
  it('the state of the system names services of which no process answers', async () => {
    const { status, answer } = await read(AS_ADMIN);
    expect(status).toBe(200);
    expect(answer).toMatchObject({ silent: SERVICES, instances: [], shards: [], partitions: [] });
  });

  it('the state of the system has what every process reports', async () => {
    const partitions = [0, 1].map((partition) => ({
      ...{ partition, owned: true, lag: partition, lagSeconds: 0, state: 'live', problem: null },
    }));
    const report: StatusReport = {
      ...{ service: 'projector', instance: 'p', startId: 's', state: 'degraded', version: '1', uptimeMs: 7 },
      ...{ checks: { postgres: { ok: false, detail: 'away' } }, detail: { partitions } },
    };
    services.subscribe(statusSubject('projector'), {
      callback: (_, message) => void message.respond(JSON.stringify({ response: report })),
    });
    await services.flush();
    const { answer } = await read(AS_ADMIN);
    expect(answer).toMatchObject({
      silent: ['ingestor', 'gateway-api'],
      partitions: [
        { partition: 0, instance: 'p', lag: 0 },
        { partition: 1, lag: 1 },
      ],
    });
    expect(answer.instances[0]).toMatchObject({
      ...{ service: 'projector', state: 'degraded', problems: [{ check: 'postgres', detail: 'away' }] },
    });
  });

  it('the state of the system has open gaps of all guilds and parked events, without their content', async () => {
    await gateway.world.query(
      `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, closed_at, seq)
       VALUES ('open', $1, 'session_lost', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', NULL, 1),
              ('closed', $1, 'session_lost', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', now(), 2)`,
      [GUILD],
    );
    await gateway.world.query(
      `INSERT INTO parked (stream_seq, partition, subject, event_id, code, message, payload)
       SELECT n, 0, 'discord.0.1.2.message.created', 'e', '22P02', 'private', 'private' FROM generate_series(1, 25) n`,
      [],
    );
    const { answer } = await read(AS_ADMIN);
    expect(answer.openGaps).toMatchObject({
      count: 1,
      oldest: [
        { gapId: 'open', guildId: GUILD, cause: 'session_lost', openedAt: '2026-01-01T00:00:00.000Z' },
      ],
    });
    expect(answer.parked.count).toBe(25);
    expect(answer.parked.first).toHaveLength(20);
    expect(answer.parked.first[0]).toMatchObject({ seq: 1, code: '22P02' });
    expect(JSON.stringify(answer)).not.toContain('private');
  });

  it.each([
    { role: 'viewer', sub: '900' },
    { role: 'analyst', sub: 'service' },
    { ...AS_ADMIN, guilds: [GUILD] },
  ])('the state of the system is not for %j', async (claims) => {
    expect(await read(claims)).toMatchObject({ status: 403, answer: { code: 'AUTH.FORBIDDEN' } });
  });
});
