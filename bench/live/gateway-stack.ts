import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  PostgresServer,
  SERVICE_NODE_FLAGS,
  ServiceProcess,
  startNatsServer,
  type TestNats,
} from '@discord-relay/local-stack';
import { World } from '@discord-relay/gateway-api/world';
import { migrate } from '@discord-relay/read-model';
import { signToken } from '../../test/support/stacks/temp-stack.js';

/** Signs the tokens of {@link newGateway}. */
export const SECRET = 'a secret for measurements, long enough';

/** One gateway between a broker and a database; the benchmark writes and announces the data itself. */
export interface GatewayStack {
  nats: TestNats;
  world: World;
  gateway: ServiceProcess;
  /** May see everything. */
  token: string;
  viewerToken(userId: string): Promise<string>;
}

/** `env`: overrides limits of the gateway that are meant for people. */
export async function withGatewayStack<T>(
  env: Record<string, string>,
  work: (stack: GatewayStack) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-gateway-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    const nats = await startNatsServer();
    closing.unshift(() => nats.stop());
    const postgres = await PostgresServer.start({ dir: join(dir, 'postgres'), password: 'relay' });
    closing.unshift(() => postgres.stop());
    await migrate(postgres.url);
    const world = await World.create(postgres.url, nats.url);
    closing.unshift(() => world.close());
    const gateway = await newGateway({ nats, postgres, logDir: dir, env });
    closing.unshift(() => gateway.stop());
    gateway.start();
    await gateway.ready();
    const viewerToken = (sub: string) => signToken(SECRET, { role: 'viewer', sub });
    return await work({ nats, world, gateway, token: await signToken(SECRET), viewerToken });
  } finally {
    for (const close of closing) await close();
  }
}

interface GatewayServers {
  nats: Pick<TestNats, 'url'>;
  postgres: { url: string };
  logDir: string;
  env?: Record<string, string>;
}

/** A gateway with these servers, to be started. */
export const newGateway = async ({ nats, postgres, logDir, env }: GatewayServers): Promise<ServiceProcess> =>
  new ServiceProcess({
    app: 'gateway-api',
    port: await freePort(),
    env: {
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      NATS_URL: nats.url,
      DATABASE_URL: postgres.url,
      JWT_SECRET: SECRET,
      ...env,
    },
    nodeFlags: SERVICE_NODE_FLAGS,
    logDir,
  });
