import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, SERVICE_NODE_FLAGS, ServiceProcess } from '@discord-relay/local-stack';
import { Balancer } from './balancer.js';
import type { TempStack } from './temp-stack.js';

export interface Gateways {
  replicas: readonly ServiceProcess[];
  balancer: Balancer;
}

/** Replicas of the gateway behind a balancer, beside the one that the stack has. */
export async function withGateways<T>(
  { stack }: TempStack,
  count: number,
  env: Record<string, string>,
  work: (gateways: Gateways) => Promise<T>,
): Promise<T> {
  const logDir = await mkdtemp(join(tmpdir(), 'relay-gateways-'));
  const replicas: ServiceProcess[] = [];
  for (let i = 0; i < count; i++) {
    const replica = new ServiceProcess({
      app: 'gateway-api',
      port: await freePort(),
      env: {
        LOG_LEVEL: 'info',
        HOST: '127.0.0.1',
        INSTANCE_ID: `gateway-${i}`,
        NATS_URL: stack.natsUrl,
        DATABASE_URL: stack.databaseUrl,
        JWT_SECRET: stack.jwtSecret,
        ...env,
      },
      nodeFlags: SERVICE_NODE_FLAGS,
      logDir: join(logDir, String(i)),
    });
    replicas.push(replica);
  }
  const balancer = await Balancer.before(replicas.map(({ options }) => options.port));
  try {
    for (const replica of replicas) replica.start();
    await Promise.all(replicas.map((replica) => replica.ready()));
    return await work({ replicas, balancer });
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await balancer.close();
    await rm(logDir, { recursive: true, force: true });
  }
}
