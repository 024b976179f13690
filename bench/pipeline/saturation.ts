import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures, Measurement } from '@discord-relay/local-stack';
import { type TempStack, withTempStack } from '../../test/support/stacks/temp-stack.js';
import { CLIENTS, deliver, joinFleet, load } from './deliveries.js';
import type { Fleet } from './fleet.js';
import { withSimplest } from './simplest.js';
import {
  commonStages,
  fullest,
  relayStages,
  simplestStages,
  type Stage,
  type Usage,
  watchStages,
} from './stages.js';

const LIMIT_MS = 100;
const FACTOR = 1.3;
const WARM_UP_MS = 3_000;
/** A load generator that sends less than this share of what it should is full itself. */
const SENT_SHARE = 0.95;

export interface RampUp {
  seed: number;
  /** The first rate, in messages per second. */
  fromPerS: number;
  /** At most so many rates, each 1.3 times the one before. */
  steps: number;
  /** Length of a step. */
  seconds: number;
  progress: (line: string) => void;
}

/** What happened at a rate. */
export interface Step {
  perS: number;
  p99Ms: number;
  missed: number;
  usages: Usage[];
  holds: boolean;
}

/**
 * The rate at which the p99 from Discord's dispatch to a socket client passes 100 ms, and what is full then, of the relay and of the
 * simplest shape.
 */
export const saturation: Measurement = {
  name: 'saturation',
  description: `messages/s, in steps of ${FACTOR}, up to which p99 from Discord's dispatch to ${CLIENTS} socket clients is at most ${LIMIT_MS} ms, and the cores that each stage uses at the rate above; the same of the simplest shape; --rounds: seconds of a step`,
  required: { heldPerS: { min: 500 }, missed: { equals: 0 }, simplest_missed: { equals: 0 } },
  run: ({ seed, rounds: seconds = 8, progress }) =>
    withTempStack({ progress }, (temp) =>
      saturate(temp, { seed, fromPerS: 200, steps: 16, seconds, progress }),
    ),
};

/** Ramps up the relay, then, on the same servers, the simplest shape. */
export async function saturate(temp: TempStack, ramp: RampUp): Promise<Figures> {
  const { fleet, channelIds } = await joinFleet(temp);
  const common = commonStages(temp, fleet);
  const rampUp = (name: string, stages: Stage[]) =>
    rampUpTo(ramp, (perS) =>
      stepAt(temp, fleet, [...common, ...stages], { ...ramp, name, perS, channelIds }),
    );
  try {
    const warmUp = { messagesPerSecond: ramp.fromPerS, durationMs: WARM_UP_MS, seed: ramp.seed, channelIds };
    await load(temp, warmUp);
    const relay = await rampUp('relay', relayStages(temp));
    const simplest = await withSimplest(temp, fleet, channelIds, async (server) => {
      await load(temp, warmUp);
      return rampUp('simplest shape', simplestStages(server));
    });
    return { ...figuresOf(relay, ''), ...figuresOf(simplest, 'simplest_') };
  } finally {
    await fleet.close();
  }
}

/** Every step up to the first that does not hold. */
export async function rampUpTo(
  { fromPerS, steps }: Pick<RampUp, 'fromPerS' | 'steps'>,
  stepAtRate: (perS: number) => Promise<Step>,
): Promise<Step[]> {
  const done: Step[] = [];
  for (let at = 0; at < steps && (done.at(-1)?.holds ?? true); at++)
    done.push(await stepAtRate(Math.round(fromPerS * FACTOR ** at)));
  return done;
}

async function stepAt(
  temp: TempStack,
  fleet: Fleet,
  stages: readonly Stage[],
  {
    name,
    perS,
    seed,
    seconds,
    channelIds,
    progress,
  }: RampUp & { name: string; perS: number; channelIds: string[] },
): Promise<Step> {
  const usageSince = await watchStages(stages);
  const usage = sleep(seconds * 1_000).then(usageSince);
  const scenario = { messagesPerSecond: perS, durationMs: seconds * 1_000, seed: seed + perS, channelIds };
  const sent = await deliver(temp, fleet, scenario);
  const usages = await usage;
  const [found] = await fleet.latencies([sent]);
  const missed = sent.size * CLIENTS - found!.count;
  const hasLoad = sent.size >= SENT_SHARE * perS * seconds;
  const holds = hasLoad && missed === 0 && found!.p99 <= LIMIT_MS;
  const { name: busiest, cores } = fullest(usages);
  progress(
    `${name} at ${perS}/s: p99 ${found!.p99} ms, ${missed} missed; ${busiest} uses most, ${cores} cores${hasLoad ? '' : `; only ${sent.size} messages were sent`}`,
  );
  return { perS, p99Ms: found!.p99, missed, usages, holds };
}

/** Figures of the last rate that held (0: none), and of the one above, or of the last if all held. */
export function figuresOf(steps: readonly Step[], prefix: string): Figures {
  const held = steps.findLast(({ holds }) => holds);
  const last = steps.at(-1)!;
  const { name, cores } = fullest(last.usages);
  const figures: Figures = {
    heldPerS: held?.perS ?? 0,
    ...(held && { heldP99Ms: held.p99Ms }),
    lastPerS: last.perS,
    lastP99Ms: last.p99Ms,
    missed: steps.reduce((sum, { missed }) => sum + missed, 0),
    [`fullest_${name}`]: cores,
    cores: Math.round(last.usages.reduce((sum, each) => sum + each.cores, 0) * 100) / 100,
  };
  for (const usage of last.usages) {
    figures[`cores_${usage.name}`] = usage.cores;
    if (usage.loopP99Ms !== undefined) figures[`loopP99Ms_${usage.name}`] = usage.loopP99Ms;
  }
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [prefix + key, value]));
}
