import { cpuSeconds, cpuSecondsWithChildren } from '../../test/support/processes/process-figures.js';
import type { TempStack } from '../../test/support/stacks/temp-stack.js';
import type { Fleet } from './fleet.js';

/** A process that the messages pass through, or that sends or receives them. */
export interface Stage {
  name: string;
  /** CPU time that it has used so far, in seconds. */
  cpuSeconds: () => number;
  /** Where it serves metrics. */
  url?: string;
}

export interface Usage {
  name: string;
  /** Cores that it used on average. */
  cores: number;
  /** p99 of the delay of its event loop; undefined: it has none, or no metrics. */
  loopP99Ms: number | undefined;
}

const process = (name: string, pid: number, url?: string): Stage => ({
  name,
  cpuSeconds: () => cpuSeconds(pid),
  url,
});

/** The processes of every load: the local Discord, the clients, and Postgres if the stack has started it. */
export const commonStages = ({ stack }: TempStack, fleet: Fleet): Stage[] => [
  process('discord-simulator', stack.simulator!.pid),
  process('clients', fleet.pid),
  ...(stack.postgres
    ? [{ name: 'postgres', cpuSeconds: () => cpuSecondsWithChildren(stack.postgres!.pid) }]
    : []),
];

export const relayStages = ({ stack }: TempStack): Stage[] => [
  ...[...stack.services].map(([app, { pid, url }]) => process(app, pid, url)),
  ...(stack.nats ? [process('nats-server', stack.nats.pid)] : []),
];

export const simplestStages = ({ pid }: { pid: number }): Stage[] => [process('simplest', pid)];

/** Begins to measure. @returns a function that gives the usage since then */
export async function watchStages(stages: readonly Stage[]): Promise<() => Promise<Usage[]>> {
  // Each reading of the metrics starts the measurement of the delays again.
  await Promise.all(stages.map(loopP99Ms));
  const before = stages.map((stage) => stage.cpuSeconds());
  const startedAtMs = performance.now();
  return async () => {
    const elapsedS = (performance.now() - startedAtMs) / 1_000;
    const cores = stages.map((stage, at) => (stage.cpuSeconds() - before[at]!) / elapsedS);
    const delays = await Promise.all(stages.map(loopP99Ms));
    return stages.map(({ name }, at) => ({ name, cores: rounded(cores[at]!), loopP99Ms: delays[at] }));
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

async function loopP99Ms({ url }: Stage): Promise<number | undefined> {
  if (url === undefined) return undefined;
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, seconds] = /^nodejs_eventloop_lag_p99_seconds(?:\{.*\})? (\S+)$/m.exec(text) ?? [];
  return seconds === undefined ? undefined : rounded(Number(seconds) * 1_000);
}

/** The stage that used most of the core that it has; Postgres and the NATS server can use several. */
export const fullest = (usages: readonly Usage[]): Usage =>
  usages.reduce((most, each) => (each.cores > most.cores ? each : most));
