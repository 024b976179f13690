import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ServiceProcess } from './service-process.js';

/** After this time without Discord the start continues. */
const PATIENCE_MS = 8_000;
const POLL_MS = 250;

const readiness = z.object({
  state: z.string(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
});

type Readiness = z.infer<typeof readiness>;

/**
 * Waits a limited time until the ingestor is connected to Discord. If that takes longer, prints the reason, and later that it
 * is connected. Returns whether it is connected.
 */
export async function reportWhenConnected(
  ingestor: ServiceProcess,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  let last: Readiness | undefined;
  while (!signal.aborted && performance.now() < deadlineMs) {
    last = await readinessOf(ingestor);
    if (last?.state === 'ready') return true;
    await sleep(POLL_MS);
  }
  say(`Discord is not connected: ${obstacle(last)}; the ingestor keeps trying`);
  void follow(ingestor, say, signal);
  return false;
}

/** The first check that fails. */
export function obstacle(report: Readiness | undefined): string {
  if (!report) return 'the ingestor does not answer';
  const failing = Object.entries(report.checks).filter(([, { ok }]) => !ok);
  const [name, check] = failing.find(([each]) => each === 'discord') ?? failing[0] ?? [report.state];
  return check?.detail ?? name;
}

async function follow(
  ingestor: ServiceProcess,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if ((await readinessOf(ingestor))?.state === 'ready') return say('Discord is connected');
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
