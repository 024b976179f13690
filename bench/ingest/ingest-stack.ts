import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  SERVICE_NODE_FLAGS,
  ServiceProcess,
  startNatsServer,
  type TestNats,
  until,
} from '@discord-relay/local-stack';
import { SimClient } from '../../test/support/discord/sim-client.js';

/** A broker, a local Discord and one ingestor: only what is between a dispatch and the log. */
export interface IngestStack {
  nats: TestNats;
  sim: SimClient;
  simulator: ServiceProcess;
  ingestor: ServiceProcess;
}

export async function withIngestStack<T>(work: (stack: IngestStack) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-ingest-'));
  const nats = await startNatsServer();
  const simulator = new ServiceProcess({
    app: 'discord-simulator',
    port: await freePort(),
    env: { SIM_SCENARIO: 'none', SIM_GUILDS: '0', SIM_LOG_LEVEL: 'error' },
    logDir: dir,
    readyPath: '/_sim/health',
  });
  let ingestor: ServiceProcess | undefined;
  try {
    simulator.start();
    await simulator.ready();
    const sim = new SimClient(simulator.url);
    await sim.createGuild('Bench', [{ name: 'one' }, { name: 'two' }, { name: 'three' }]);
    ingestor = await newIngestor(nats, simulator, dir);
    ingestor.start();
    await ingestor.ready();
    await imported(ingestor);
    return await work({ nats, sim, simulator, ingestor });
  } finally {
    await ingestor?.stop();
    await simulator.stop();
    await nats.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The import of history at the first start is a separate load. */
async function imported({ url }: ServiceProcess): Promise<void> {
  await until('history imported', 60_000, async () => {
    const response = await fetch(`${url}/api/status`);
    const { detail } = (await response.json()) as { detail: { backfill: { gaps: unknown[] } } };
    return detail.backfill.gaps.length === 0 || undefined;
  });
}

const newIngestor = async (nats: TestNats, simulator: ServiceProcess, dir: string) =>
  new ServiceProcess({
    app: 'ingestor',
    port: await freePort(),
    env: {
      NATS_URL: nats.url,
      DISCORD_TOKEN: 'bench',
      DISCORD_API_URL: `${simulator.url}/api`,
      SPOOL_DIR: join(dir, 'spool'),
      LOG_LEVEL: 'warn',
    },
    logDir: dir,
    nodeFlags: SERVICE_NODE_FLAGS,
  });
