import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, type ServiceProcess, until } from '@discord-relay/local-stack';
import { createIngestors, metric } from '../support/stacks/ingestors.js';
import { tallyLog } from '../support/ledger/inspect-log.js';
import { countDisorder } from '../support/ledger/log-order.js';
import { dueFacts } from '../support/ledger/message-facts.js';
import { startMixedLoad } from '../support/load/mixed-load.js';
import { residentMb } from '../support/processes/process-figures.js';
import { settled, reportDifference } from '../support/ledger/settle.js';
import { restartWithSlowHandshake } from '../support/faults/slow-handshake.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';
import { drillConfig } from './config.js';

const none = { equals: 0 };
const DEDUP_WINDOW_MS = 10_000;
const SLOW_HANDSHAKE_MS = 1_000;

/** JetStream is killed under load and stays down for longer than its deduplication window. */
export const brokerAway: Measurement = {
  name: 'broker-away',
  description:
    'JetStream away under DRILL_DISPATCHES_PER_S (300); --rounds: seconds away (30); then the log against the ledger',
  required: {
    lost: none,
    doubled: none,
    unknown: none,
    outOfOrder: none,
    peakRssMb: { max: 300 },
    /** The service reported that it was not ready while the broker was down, and ready again afterwards. */
    saidSo: { equals: 1 },
  },
  run: ({ seed, rounds: secondsAway = 30, progress }) =>
    withTempStack({ progress, services: [] }, (temp) => drill(temp, seed, secondsAway, progress)),
};

async function drill(
  temp: TempStack,
  seed: number,
  secondsAway: number,
  progress: (line: string) => void,
): Promise<Figures> {
  const { sim, stack } = temp;
  const guild = await sim.createGuild(
    'Drill',
    ['alpha', 'beta', 'gamma'].map((name) => ({ name })),
  );
  const channelIds = guild.channels.map(({ id }) => id);
  const [service] = await createIngestors(temp, 1, {
    SPOOL_DIR: `${stack.dataDir}/spool`,
    DEDUP_WINDOW_MS: String(DEDUP_WINDOW_MS),
    BACKFILL_LIMIT: '0',
  });
  const ingestor = service!;
  try {
    ingestor.start();
    await ingestor.ready();
    const load = await startMixedLoad(sim, { ...drillConfig(), seed, channelIds });
    await sleep(3_000);
    progress(`the broker is killed for ${secondsAway} s`);
    await stack.nats!.kill();
    const away = await watch(ingestor, secondsAway * 1_000);
    await restartWithSlowHandshake(stack.nats!, SLOW_HANDSHAKE_MS);
    progress('the broker is back');
    await ingestor.ready(60_000);
    await sleep(2_000);
    await load.stop();
    const ledger = await sim.ledger();
    const due = dueFacts(ledger);
    const difference = await settled(() => tallyLog(stack.natsUrl), due, 60_000);
    reportDifference(progress, 'log', difference);
    return {
      facts: due.size,
      lost: difference.lost.length,
      doubled: difference.doubled.length,
      unknown: difference.unknown.length,
      outOfOrder: await countDisorder(stack.natsUrl, ledger, progress),
      peakRssMb: Math.max(away.peakRssMb, residentMb(ingestor.pid)),
      peakSpoolEvents: away.peakSpoolEvents,
      saidSo: away.saidSo ? 1 : 0,
    };
  } finally {
    await ingestor.stop();
  }
}

/** Observes the ingestor while the broker is down. */
async function watch(ingestor: ServiceProcess, durationMs: number) {
  const seen = { peakRssMb: 0, peakSpoolEvents: 0, saidSo: false };
  const deadline = performance.now() + durationMs;
  const unready = until('not ready', durationMs, async () =>
    (await fetch(`${ingestor.url}/api/ready`)).status === 503 ? true : undefined,
  );
  seen.saidSo = await unready.catch(() => false);
  for (; performance.now() < deadline; await sleep(500)) {
    seen.peakRssMb = Math.max(seen.peakRssMb, residentMb(ingestor.pid));
    seen.peakSpoolEvents = Math.max(
      seen.peakSpoolEvents,
      await metric(ingestor, 'relay_ingestor_spool_events'),
    );
  }
  return seen;
}
