import { join } from 'node:path';
import type { Figures, Measurement } from '@discord-relay/local-stack';
import { withProjection } from '../../test/support/ledger/inspect-projection.js';
import { peakResidentMb } from '../../test/support/processes/process-figures.js';
import {
  createProjector,
  type ProjectorStack,
  withProjectorStack,
} from '../../test/support/stacks/projector-stack.js';
import { signToken, withTempStack } from '../../test/support/stacks/temp-stack.js';
import { newGateway, SECRET } from '../live/gateway-stack.js';
import { CLIENTS, joinFleet, load } from '../pipeline/deliveries.js';
import { latenciesUnder } from '../pipeline/latency.js';
import { caughtUp } from '../project/replay.js';
import { writeLog } from '../project/replay-log.js';
import { EventReaders } from './event-readers.js';

const READERS = 20;
const MESSAGES_PER_S = 500;
const WARM_UP_MS = 4_000;
/** Time of live delivery alone, and again beside a reader, by default. */
const LIVE_LOG_MS = 20_000;

/** The log over HTTP beside a bare consumer, and live delivery beside a reader. */
export const events: Measurement = {
  name: 'events',
  description: `NDJSON of the log beside a bare ordered consumer; memory with 1 and ${READERS} readers; live p99 beside a reader; --rounds: thousands of events`,
  required: {
    ratio: { min: 0.5 },
    rssMb: { max: 200 },
    manyRssMb: { max: 200 },
    p99Growth: { max: 2 },
    unread: { equals: 0 },
    missed: { equals: 0 },
  },
  run: async ({ seed, rounds = 200, progress }) => ({
    ...(await withProjectorStack((stack) => throughput(stack, rounds * 1_000, seed, progress))),
    ...(await liveBesideReader(seed, Math.min(LIVE_LOG_MS, rounds * 100), progress)),
  }),
};

async function throughput(
  stack: ProjectorStack,
  count: number,
  seed: number,
  progress: (line: string) => void,
): Promise<Figures> {
  progress(`writing and projecting a log of ${count} events…`);
  const lastSeqs = await writeLog(stack.connection, { count }, seed);
  const projector = await createProjector(stack);
  projector.start();
  await projector.ready();
  await withProjection(stack.postgres.url, (client) => caughtUp(client, lastSeqs));
  await projector.stop();
  const gateway = await newGateway({ ...stack, logDir: join(stack.dir, 'logs', 'gateway-api') });
  const readers = new EventReaders();
  try {
    gateway.start();
    await gateway.ready();
    const url = `${gateway.url}/api/v1/events`;
    const token = await signToken(SECRET);
    const request = { kind: 'read', url, token } as const;
    const consume = { kind: 'consume', natsUrl: stack.nats.url, count } as const;
    await readers.run({ ...request, url: `${url}?toSeq=1000`, readers: 1 });
    const bare = await readers.run(consume);
    const one = await readers.run({ ...request, readers: 1 });
    const rssMb = peakResidentMb(gateway.pid);
    progress(`bare: ${JSON.stringify(bare)}; one reader: ${JSON.stringify(one)}, ${rssMb} MB`);
    const many = await readers.run({ ...request, url: `${url}?toSeq=${count / 5}`, readers: READERS });
    return {
      barePerS: bare.perS,
      eventsPerS: one.perS,
      unread: count - one.events,
      ratio: hundredths(one.perS / bare.perS),
      rssMb,
      manyEventsPerS: many.perS,
      manyRssMb: peakResidentMb(gateway.pid),
    };
  } finally {
    await readers.end();
    await gateway.stop();
  }
}

/** p99 from a dispatch to a socket, alone and while the log is read as fast as possible, again and again. */
const liveBesideReader = (
  seed: number,
  durationMs: number,
  progress: (line: string) => void,
): Promise<Figures> =>
  withTempStack({ progress }, async (temp) => {
    const { fleet, channelIds } = await joinFleet(temp);
    const readers = new EventReaders();
    try {
      const scenario = { messagesPerSecond: MESSAGES_PER_S, seed, channelIds };
      await load(temp, { ...scenario, durationMs: WARM_UP_MS });
      progress(
        `live delivery to ${CLIENTS} clients alone, then beside a reader, ${durationMs / 1_000} s each…`,
      );
      const alone = await latenciesUnder(temp, fleet, { ...scenario, durationMs });
      await readers.run({ kind: 'repeat', url: `${temp.url}/api/v1/events`, token: temp.token });
      const beside = await latenciesUnder(temp, fleet, { ...scenario, durationMs });
      const { events: eventsMeanwhile } = await readers.run({ kind: 'stop' });
      const [p99MsAlone, p99Ms] = [Number(alone.p99Ms), Number(beside.p99Ms)];
      return {
        p99MsAlone,
        p99Ms,
        p99Growth: hundredths(p99Ms / p99MsAlone),
        missed: Number(alone.missed) + Number(beside.missed),
        eventsMeanwhile,
      };
    } finally {
      await readers.end();
      await fleet.close();
    }
  });

const hundredths = (value: number): number => Math.round(value * 100) / 100;
