import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Figures,
  type Measurement,
  type Random,
  seeded,
  type ServiceApp,
  until,
} from '@discord-relay/local-stack';
import { tallyLog } from '../support/ledger/inspect-log.js';
import { countDisorder, showFacts } from '../support/ledger/log-order.js';
import { compareRows } from '../support/ledger/inspect-rows.js';
import { dueFacts, finalMessages, type Tally } from '../support/ledger/message-facts.js';
import { RecordingClient } from '../support/clients/recording-client.js';
import { restartWithSlowHandshake } from '../support/faults/slow-handshake.js';
import type { SimClient } from '../support/discord/sim-client.js';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';

const APPS: readonly ServiceApp[] = ['ingestor', 'projector', 'gateway-api'];
const CHANNELS = ['alpha', 'beta', 'gamma', 'delta'];
const SETTLE_MS = 90_000;
const none = { equals: 0 };

/** Kills each service at random times under load, and compares everything with the local Discord's ledger. */
export const pipeline: Measurement = {
  name: 'pipeline',
  description:
    'kill -9 of each service and of NATS under 200 messages/s; nothing lost, duplicated or out of order',
  required: {
    lostInLog: none,
    doubledInLog: none,
    outOfOrder: none,
    lostInRows: none,
    wrongRows: none,
    surplusRows: none,
    brokenFeeds: none,
    lostAtClient: none,
    doubledAtClient: none,
    unknownAtClient: none,
    kills: { min: 1 },
    facts: { min: 1 },
  },
  run: ({ seed, rounds = 5, progress }) =>
    withTempStack({ progress, envOf: { 'gateway-api': COMPLETE_TAILS } }, (temp) =>
      drill(temp, { seed, rounds, progress }),
    ),
};

/** A slow machine may take longer to restart the gateway than the usual limit allows a client to be behind. */
const COMPLETE_TAILS = { RESUME_MAX_EVENTS: '100000', SOCKET_BUFFER_MAX_BYTES: '67108864' };

interface DrillOptions {
  seed: number;
  rounds: number;
  progress: (line: string) => void;
}

async function drill(temp: TempStack, { seed, rounds, progress }: DrillOptions): Promise<Figures> {
  const { sim, stack } = temp;
  const random = seeded(seed);
  const guild = await sim.createGuild(
    'Drill',
    CHANNELS.map((name) => ({ name })),
  );
  const channelIds = guild.channels.map(({ id }) => id);
  const client = new RecordingClient(temp.url, temp.token);
  await joinWhenProjected(client, channelIds);
  const load = { messagesPerSecond: 200, seed, channelIds, editRatio: 0.15, deleteRatio: 0.05 };
  const scenario = await sim.startScenario(load);
  const kills = await killInTurn(temp, random, rounds, async (app, round) => {
    progress(`round ${round + 1} of ${rounds}: ${app} killed and ready again`);
    await purgeSome(sim, channelIds[round % channelIds.length]!);
  });
  await sleep(1_000);
  await sim.stopScenario(scenario.id);
  const ledger = await sim.ledger();
  const entries = ledger.filter(({ kind }) => kind.startsWith('message.'));
  const due = dueFacts(entries);
  progress(`${due.size} facts to account for; waiting until they have arrived…`);
  const late = await settle(() => client.tally.compare(due).lost.length);
  const rows = await rowsSettled(stack.databaseUrl, finalMessages(entries));
  client.close();
  const log = (await tallyLog(stack.natsUrl)).compare(due);
  const seen = client.tally.compare(due);
  reportFirst(progress, { log, seen, rows });
  await showFacts(stack.natsUrl, ledger, [...log.lost, ...log.doubled], progress);
  return {
    facts: due.size,
    kills,
    lostInLog: log.lost.length,
    doubledInLog: log.doubled.length,
    outOfOrder: await countDisorder(stack.natsUrl, ledger, progress),
    lostInRows: rows.missing.length,
    wrongRows: rows.wrong.length,
    surplusRows: rows.surplus.length,
    brokenFeeds: rows.brokenFeeds,
    lostAtClient: seen.lost.length,
    doubledAtClient: seen.doubled.length,
    unknownAtClient: seen.unknown.length,
    clientReconnects: client.reconnects,
    clientResnapshots: client.resnapshots,
    settledMs: late,
  };
}

/** New channels are refused until the projector has seen them. */
async function joinWhenProjected(client: RecordingClient, channelIds: readonly string[]): Promise<void> {
  await until('channels projected', 30_000, () => client.follow(channelIds).then(() => true));
}

async function killInTurn(
  { stack }: TempStack,
  random: Random,
  rounds: number,
  done: (app: ServiceApp, round: number) => Promise<void>,
): Promise<number> {
  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    for (const app of APPS) {
      await sleep(random.between(300, 2_000));
      await stack.service(app).kill();
      await sleep(random.between(0, 800));
      stack.service(app).start();
      await stack.service(app).ready();
      kills += 1;
      await done(app, round);
    }
    await restartWithSlowHandshake(stack.nats!, random.between(100, 1_500));
  }
  return kills;
}

/** A bulk deletion, which the scenario does not make itself. */
async function purgeSome(sim: SimClient, channelId: string): Promise<void> {
  const said = await Promise.all(
    ['one', 'two', 'three'].map((text) => sim.say(channelId, `to be purged: ${text}`)),
  );
  await sim.bulkDelete(
    channelId,
    said.map(({ id }) => id),
  );
}

/** Waits until nothing is missing any more, or the time is over; returns how long it took. */
async function settle(missing: () => number): Promise<number> {
  const started = performance.now();
  while (missing() > 0 && performance.now() - started < SETTLE_MS) await sleep(50);
  return Math.round(performance.now() - started);
}

async function rowsSettled(databaseUrl: string, expected: ReturnType<typeof finalMessages>) {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const rows = await compareRows(databaseUrl, expected);
    if (rows.missing.length + rows.wrong.length === 0 || performance.now() > deadline) return rows;
    await sleep(500);
  }
}

function reportFirst(progress: (line: string) => void, found: Record<string, object>): void {
  for (const [where, difference] of Object.entries(found)) {
    for (const [what, list] of Object.entries(difference as ReturnType<Tally['compare']>)) {
      if (Array.isArray(list) && list.length > 0)
        progress(`${where}: ${what}: ${list.slice(0, 5).join(' | ')}`);
    }
  }
}
