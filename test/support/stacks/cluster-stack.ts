import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  freePort,
  PROJECTOR_NODE_FLAGS,
  repositoryRoot,
  ReverseProxy,
  SERVICE_APPS,
  type ServiceApp,
  ServiceProcess,
} from '@discord-relay/local-stack';
import { FalseClock } from '../faults/false-clock.js';
import { Balancer } from './balancer.js';
import { createGateways } from './gateways.js';
import { HIGH_LIMITS } from './high-limits.js';
import { createIngestors } from './ingestors.js';
import { NatsCluster } from './nats-cluster.js';
import { PostgresPair } from './postgres-pair.js';
import { openTempStack, type TempStack } from './temp-stack.js';

const library = process.env.FAKETIME_LIBRARY;
/** Two replicas of each service work; the third one is for scaling. */
const REPLICAS = 2;
const SHARDS = 2;

/** A relay in which no process is the only one of its kind. */
export interface ClusterStack {
  /** With one node of NATS, and with Postgres as it was at the start. */
  temp: TempStack;
  nats: NatsCluster;
  postgres: PostgresPair;
  /** The last one of each is not running at first. */
  services: Record<ServiceApp, ServiceProcess[]>;
  /** The clock of the first one of each service; undefined without libfaketime. */
  clock: FalseClock | undefined;
  /** The proxy in front of the gateways. */
  url: string;
}

/** Starts everything in the folder, which the caller removes. */
export async function withClusterStack<T>(
  dir: string,
  progress: (line: string) => void,
  work: (stack: ClusterStack) => Promise<T>,
): Promise<T> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const nats = await NatsCluster.start(dir);
    closing.unshift(() => nats.stop());
    const postgres = await PostgresPair.start(dir);
    closing.unshift(() => postgres.stop());
    const temp = await openTempStack({
      progress,
      nats: { url: nats.nodeUrl },
      databaseUrl: postgres.primaryUrl,
      services: [],
      envOf: { 'discord-simulator': { SIM_SHARDS: String(SHARDS), SIM_IDENTIFY_WINDOW_MS: '0' } },
    });
    closing.unshift(() => temp.close());
    const services = await createServices(temp, dir, { NATS_URL: nats.url, DATABASE_URL: postgres.url });
    closing.unshift(() => stopAll(services));
    const clock = library ? await FalseClock.create(dir, library) : undefined;
    for (const app of SERVICE_APPS) Object.assign(services[app][0]!.options.env, clock?.env);
    const started = SERVICE_APPS.flatMap((app) => services[app].slice(0, REPLICAS));
    for (const service of started) service.start();
    await Promise.all(started.map((service) => service.ready(120_000)));
    const proxy = await startProxy(services['gateway-api'].map(({ options }) => options.port));
    closing.unshift(() => proxy.stop());
    progress(`two of each service are ready behind ${proxy.name}`);
    return await work({ temp, nats, postgres, services, clock, url: proxy.url });
  } finally {
    for (const close of closing) await close();
  }
}

/** Clients may be away for as long as a slow machine takes to recover. */
const COMPLETE_TAILS = { RESUME_MAX_EVENTS: '100000', SOCKET_BUFFER_MAX_BYTES: '67108864' };

async function createServices(
  temp: TempStack,
  dir: string,
  servers: { NATS_URL: string; DATABASE_URL: string },
): Promise<Record<ServiceApp, ServiceProcess[]>> {
  const ingestor = { ...servers, STREAM_REPLICAS: '3', RECORD_MEMBERS: 'true', BACKFILL_LIMIT: '0' };
  const gateway = { ...servers, ...HIGH_LIMITS, ...COMPLETE_TAILS };
  const names = Array.from({ length: REPLICAS + 1 }, (_, i) => `projector-${i + 1}`);
  return {
    ingestor: await createIngestors(temp, REPLICAS + 1, ingestor),
    projector: await Promise.all(names.map((name) => createProjector(dir, name, servers))),
    'gateway-api': await createGateways(temp, REPLICAS + 1, gateway),
  };
}

const createProjector = async (
  dir: string,
  name: string,
  servers: Record<string, string>,
): Promise<ServiceProcess> =>
  new ServiceProcess({
    app: 'projector',
    port: await freePort(),
    env: { LOG_LEVEL: 'info', HOST: '127.0.0.1', INSTANCE_ID: name, ...servers },
    nodeFlags: PROJECTOR_NODE_FLAGS,
    logDir: join(dir, 'logs', name),
  });

/** Stops in the direction of the data. */
async function stopAll(services: Record<ServiceApp, ServiceProcess[]>): Promise<void> {
  for (const app of ['ingestor', 'projector', 'gateway-api'] as const)
    await Promise.all(services[app].map((service) => service.stop()));
}

/** HAProxy as documented, with a server for each gateway; where it is missing, a balancer of the tests. */
async function startProxy(
  ports: readonly number[],
): Promise<{ name: string; url: string; stop(): Promise<void> }> {
  const binary = process.env.HAPROXY_PATH;
  if (!binary) {
    const balancer = await Balancer.before(ports);
    return { name: 'a balancer of the tests', url: balancer.url, stop: () => balancer.close() };
  }
  const page = await readFile(join(repositoryRoot, 'docs/proxies.md'), 'utf8');
  const documented = /```haproxy\n([^]*?) *server one 127\.0\.0\.1:3000( check[^\n]*)/.exec(page)!;
  const [, sections, options] = documented as unknown as [string, string, string];
  const servers = ports.map((port, i) => `  server gateway-${i + 1} 127.0.0.1:${port}${options}\n`);
  const proxy = await ReverseProxy.haproxy(
    binary,
    (port) => sections.replace('bind :8080', `bind 127.0.0.1:${port}`) + servers.join(''),
  );
  return { name: 'HAProxy', url: proxy.url, stop: () => proxy.stop() };
}
