import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ServiceProcess } from './process/service-process.js';

/** How long the start waits for Discord. */
const TIMEOUT_MS = 8_000;
const POLL_MS = 250;

const readiness = z.object({
  state: z.string(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
});

type Readiness = z.infer<typeof readiness>;

/**
 * Waits a limited time until the ingestor is connected to Discord. If it takes longer, prints the reason, and a line when it is
 * connected later. Returns whether it is connected.
 */
export async function reportWhenConnected(
  ingestor: ServiceProcess,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  let last: Readiness | undefined;
  while (!signal.aborted && performance.now() < deadlineMs) {
    last = await readinessOf(ingestor);
    if (last?.state === 'ready') return true;
    await sleep(POLL_MS);
  }
  print(`Discord is not connected: ${firstProblem(last)}; the ingestor keeps trying`);
  void follow(ingestor, print, signal);
  return false;
}

/** The detail of the first check that fails; the check `discord` takes precedence. */
function firstProblem(report: Readiness | undefined): string {
  if (!report) return 'the ingestor does not answer';
  const failing = Object.entries(report.checks).filter(([, { ok }]) => !ok);
  const [name, check] = failing.find(([each]) => each === 'discord') ?? failing[0] ?? [report.state];
  return check?.detail ?? name;
}

async function follow(
  ingestor: ServiceProcess,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if ((await readinessOf(ingestor))?.state === 'ready') return print('Discord is connected');
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Undefined while the ingestor does not answer, because it may be starting or restarting. */
async function readinessOf(ingestor: ServiceProcess): Promise<Readiness | undefined> {
  try {
    const response = await fetch(`${ingestor.url}/api/ready`, { signal: AbortSignal.timeout(2_000) });
    return readiness.parse(await response.json());
  } catch {
    return undefined;
  }
}
