import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Figures,
  type Measurement,
  type Random,
  seeded,
  type ServiceProcess,
  summarize,
  until,
} from '@discord-relay/local-stack';
import { createIngestors } from '../support/stacks/ingestors.js';
import { tallyLog } from '../support/ledger/inspect-log.js';
import { countDisorder, showFacts } from '../support/ledger/log-order.js';
import { dueFacts } from '../support/ledger/message-facts.js';
import { startMixedLoad } from '../support/load/mixed-load.js';
import { settled, reportDifference } from '../support/ledger/settle.js';
import { restartWithSlowHandshake } from '../support/faults/slow-handshake.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';

const none = { equals: 0 };
const DISPATCHES_PER_S = 300;
const SHARDS = 2;
const GUILDS = 6;
/** NATS is restarted after this number of faults of the ingestors. */
const NATS_EVERY = 4;

/** Random crashes and handovers of two ingestors that share the shards, and restarts of NATS, under mixed dispatches. */
export const ingestor: Measurement = {
  name: 'ingestor',
  description:
    'kill -9 and SIGTERM of 2 ingestors, and of NATS, under 300 mixed dispatches/s; the log against the ledger',
  required: {
    lost: none,
    doubled: none,
    unknown: none,
    outOfOrder: none,
    /** No session is really lost here, so only the first two may be started. */
    identifiesBeyondFirst: none,
    medianResumeMs: { max: 2_000 },
    faults: { min: 1 },
  },
  run: ({ seed, rounds = 50, progress }) =>
    withTempStack(
      {
        progress,
        services: [],
        envOf: { 'discord-simulator': { SIM_SHARDS: String(SHARDS), SIM_IDENTIFY_WINDOW_MS: '0' } },
      },
      (temp) => drill(temp, seed, rounds, progress),
    ),
};

async function drill(
  temp: TempStack,
  seed: number,
  rounds: number,
  progress: (line: string) => void,
): Promise<Figures> {
  const { sim, stack } = temp;
  const random = seeded(seed);
  const channelIds = await makeGuilds(temp);
  const ingestors = await createIngestors(temp, 2, {
    LEASE_TTL_MS: '3000',
    LEASE_RENEW_MS: '500',
    BACKFILL_LIMIT: '0',
  });
  try {
    for (const each of ingestors) each.start();
    await allConnected(temp);
    const { identifies } = await sim.sessions();
    const load = await startMixedLoad(sim, { dispatchesPerS: DISPATCHES_PER_S, seed, channelIds });
    const resumeMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await sleep(random.between(200, 1_500));
      resumeMs.push(await fault(temp, random, random.pick(ingestors)));
      if (round % NATS_EVERY === NATS_EVERY - 1)
        await restartWithSlowHandshake(stack.nats!, random.between(100, 1_500));
      if ((round + 1) % 5 === 0) progress(`fault ${round + 1} of ${rounds}`);
    }
    await load.stop();
    const ledger = await sim.ledger();
    const due = dueFacts(ledger);
    progress(`${due.size} facts to account for…`);
    const difference = await settled(() => tallyLog(stack.natsUrl), due, 60_000);
    reportDifference(progress, 'log', difference);
    await showFacts(stack.natsUrl, ledger, [...difference.lost, ...difference.doubled], progress);
    return {
      faults: rounds,
      facts: due.size,
      lost: difference.lost.length,
      doubled: difference.doubled.length,
      unknown: difference.unknown.length,
      outOfOrder: await countDisorder(stack.natsUrl, ledger, progress),
      identifiesBeyondFirst: (await sim.sessions()).identifies - identifies,
      medianResumeMs: summarize(resumeMs).p50,
      p95ResumeMs: summarize(resumeMs).p95,
      maxResumeMs: summarize(resumeMs).max,
    };
  } finally {
    await Promise.all(ingestors.map((each) => each.stop()));
  }
}

async function makeGuilds({ sim }: TempStack): Promise<string[]> {
  const channelIds: string[] = [];
  for (let i = 0; i < GUILDS; i++) {
    const guild = await sim.createGuild(`Guild ${i + 1}`, [{ name: 'alpha' }, { name: 'beta' }]);
    channelIds.push(...guild.channels.map(({ id }) => id));
  }
  return channelIds;
}

async function shardsConnected({ sim }: TempStack): Promise<boolean> {
  const { sessions } = await sim.sessions();
  return new Set(sessions.filter(({ connected }) => connected).map(({ shard }) => shard[0])).size === SHARDS;
}

async function allConnected(temp: TempStack): Promise<void> {
  await until(
    'every shard connected',
    60_000,
    async () => ((await shardsConnected(temp)) ? true : undefined),
    10,
  );
}

/** Stops one ingestor in one of two ways and restarts it; returns how long until every shard is connected, in ms. */
async function fault(temp: TempStack, random: Random, victim: ServiceProcess): Promise<number> {
  const crash = random.next() < 0.5;
  const startedAt = performance.now();
  if (crash) await victim.kill();
  else await victim.stop();
  const pauseMs = random.between(0, 800);
  await sleep(pauseMs);
  victim.start();
  await allConnected(temp);
  return Math.round(performance.now() - startedAt);
}
