import { join } from 'node:path';
import { freePort, ServiceProcess } from '@discord-relay/local-stack';
import type { TempStack } from './temp-stack.js';

/** Ingestors with the servers of a stack, each with its own name, port and log. */
export async function createIngestors(
  { stack }: TempStack,
  count: number,
  env: Record<string, string> = {},
): Promise<ServiceProcess[]> {
  const names = Array.from({ length: count }, (_, i) => `ingestor-${i + 1}`);
  return await Promise.all(
    names.map(
      async (name) =>
        new ServiceProcess({
          app: 'ingestor',
          port: await freePort(),
          env: {
            LOG_LEVEL: 'info',
            HOST: '127.0.0.1',
            INSTANCE_ID: name,
            NATS_URL: stack.natsUrl,
            DISCORD_TOKEN: 'local-token',
            DISCORD_API_URL: `${stack.simulator!.url}/api`,
            ...env,
          },
          logDir: join(stack.dataDir, 'logs', name),
        }),
    ),
  );
}

/** A metric of a service, summed over its labels; 0 if it is missing. */
export async function metric(service: ServiceProcess, name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}
