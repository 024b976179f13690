import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@discord-relay/local-stack';
import type { TempStack } from '../../test/support/stacks/temp-stack.js';
import { Fleet, type Moments } from './fleet.js';

export const CLIENTS = 50;
/** On a busy machine deliveries continue after the load. What arrives later counts as missed. */
const ARRIVAL_MS = 60_000;

export interface Load {
  messagesPerSecond: number;
  durationMs: number;
  seed: number;
  channelIds: string[];
}

/** Clients that have joined every channel of a new guild. */
export async function joinFleet({
  sim,
  url,
  token,
}: TempStack): Promise<{ fleet: Fleet; channelIds: string[] }> {
  const names = ['one', 'two', 'three', 'four', 'five'].map((name) => ({ name }));
  const guild = await sim.createGuild('Bench', names);
  const channelIds = guild.channels.map(({ id }) => id);
  const fleet = new Fleet();
  try {
    await until(
      'clients joined',
      60_000,
      () => fleet.join({ url, token, channelIds, clients: CLIENTS }).then(() => true),
      500,
    );
    return { fleet, channelIds };
  } catch (error) {
    await fleet.close();
    throw error;
  }
}

export async function load({ sim }: TempStack, scenario: Load): Promise<void> {
  await sim.startScenario(scenario);
  await sleep(scenario.durationMs + 500);
}

/**
 * Sends messages and waits until all clients have received them, or long enough.
 * @param afterLoad called when most of it was delivered
 * @returns when Discord dispatched each message
 */
export async function deliver(
  temp: TempStack,
  fleet: Fleet,
  scenario: Load,
  afterLoad: () => void = () => undefined,
): Promise<Moments> {
  const from = await temp.sim.lastIndex();
  await load(temp, scenario);
  await sleep(1_000);
  afterLoad();
  const sent = (await temp.sim.ledger(from)).filter(({ kind }) => kind === 'message.created');
  const moments = new Map(sent.map(({ messageId, atMs }) => [messageId!, atMs]));
  await fleet.arrivals([...moments.keys()], moments.size * CLIENTS, ARRIVAL_MS);
  return moments;
}
