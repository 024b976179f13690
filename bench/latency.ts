import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, until } from '@discord-relay/local-stack';
import { type TempStack, withTempStack } from '../test/support/temp-stack.js';
import { Fleet } from './fleet.js';
import { residentMb } from '../test/support/process-figures.js';

const CLIENTS = 50;
const RATES = [100, 500];
const WARM_UP_MS = 4_000;

/** From the local Discord's dispatch to a socket client's handler, with every service and every client on this machine. */
export const latency: Measurement = {
  name: 'latency',
  description: `Discord dispatch to socket client in ms, ${CLIENTS} clients, ${RATES.join(' and ')} messages/s; --rounds: seconds at each rate`,
  asked: {
    p50MsAt500: { max: 10 },
    p99MsAt500: { max: 50 },
    missedAt100: { equals: 0 },
    missedAt500: { equals: 0 },
    deliveriesAt500: { min: 1 },
  },
  run: ({ seed, rounds: seconds = 20, progress }) =>
    withTempStack({ progress }, (temp) => measure(temp, seed, seconds, progress)),
};

async function measure(
  temp: TempStack,
  seed: number,
  seconds: number,
  progress: (line: string) => void,
): Promise<Figures> {
  const { sim, stack, url, token } = temp;
  const guild = await sim.createGuild(
    'Bench',
    ['one', 'two', 'three', 'four', 'five'].map((name) => ({ name })),
  );
  const channelIds = guild.channels.map(({ id }) => id);
  const fleet = new Fleet();
  try {
    await until(
      'clients joined',
      60_000,
      () => fleet.join({ url, token, channelIds, clients: CLIENTS }).then(() => true),
      500,
    );
    const figures: Figures = {};
    for (const messagesPerSecond of RATES) {
      progress(`${messagesPerSecond} messages/s: warming up, then ${seconds} s…`);
      await load(temp, { messagesPerSecond, durationMs: WARM_UP_MS, seed, channelIds });
      const from = await sim.lastIndex();
      await load(temp, { messagesPerSecond, durationMs: seconds * 1_000, seed: seed + 1, channelIds });
      await sleep(1_000);
      const sent = (await sim.ledger(from)).filter(({ kind }) => kind === 'message.created');
      const got = await fleet.latencies(sent.map(({ messageId, atMs }) => [messageId!, atMs]));
      figures[`p50MsAt${messagesPerSecond}`] = got.p50;
      figures[`p95MsAt${messagesPerSecond}`] = got.p95;
      figures[`p99MsAt${messagesPerSecond}`] = got.p99;
      figures[`maxMsAt${messagesPerSecond}`] = got.max;
      figures[`deliveriesAt${messagesPerSecond}`] = got.count;
      figures[`missedAt${messagesPerSecond}`] = sent.length * CLIENTS - got.count;
    }
    for (const app of stack.services.values()) figures[`rssMb_${app.name}`] = residentMb(app.pid);
    return figures;
  } finally {
    await fleet.close();
  }
}

async function load(
  { sim }: TempStack,
  scenario: { messagesPerSecond: number; durationMs: number; seed: number; channelIds: string[] },
): Promise<void> {
  await sim.startScenario(scenario);
  await sleep(scenario.durationMs + 500);
}
