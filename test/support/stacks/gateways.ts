import { join } from 'node:path';
import { freePort, SERVICE_NODE_FLAGS, ServiceProcess } from '@discord-relay/local-stack';
import { Balancer } from './balancer.js';
import type { TempStack } from './temp-stack.js';

export interface Gateways {
  replicas: readonly ServiceProcess[];
  balancer: Balancer;
}

/** Gateway replicas behind a load balancer, with the servers of a stack. */
export async function withGateways<T>(
  temp: TempStack,
  count: number,
  env: Record<string, string>,
  work: (gateways: Gateways) => Promise<T>,
): Promise<T> {
  const replicas = await createGateways(temp, count, env);
  const balancer = await Balancer.before(replicas.map(({ options }) => options.port));
  try {
    for (const replica of replicas) replica.start();
    await Promise.all(replicas.map((replica) => replica.ready()));
    return await work({ replicas, balancer });
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await balancer.close();
  }
}

/** Gateways with the servers of a stack, each with its own name, port and log. */
export function createGateways(
  { stack }: TempStack,
  count: number,
  env: Record<string, string>,
): Promise<ServiceProcess[]> {
  const names = Array.from({ length: count }, (_, i) => `gateway-${i + 1}`);
  const create = async (name: string) =>
    new ServiceProcess({
      app: 'gateway-api',
      port: await freePort(),
      env: {
        LOG_LEVEL: 'info',
        HOST: '127.0.0.1',
        INSTANCE_ID: name,
        NATS_URL: stack.natsUrl,
        DATABASE_URL: stack.databaseUrl,
        JWT_SECRET: stack.jwtSecret,
        ...env,
      },
      nodeFlags: SERVICE_NODE_FLAGS,
      logDir: join(stack.dataDir, 'logs', name),
    });
  return Promise.all(names.map(create));
}
