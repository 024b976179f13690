import { readdir } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { type ServiceProcess, until } from '@discord-relay/local-stack';

const LOWEST_PRIORITY = 19;
const START_MS = 180_000;
const ANSWER_MS = 2_000;

/**
 * Starts a service, and resolves when it is ready. In a cluster, a process that starts has processors of its own; on one machine it
 * would take those of the processes that serve, and delay them by the seconds of its start. So it has the lowest priority until it
 * answers, which is before it takes over any work, where that can be undone: on Linux, as root.
 */
export async function startAside(service: ServiceProcess): Promise<void> {
  service.start();
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    await setNiceness(service.pid, LOWEST_PRIORITY);
    await until(`${service.name} to answer`, START_MS, () => isLive(service));
    await setNiceness(service.pid, getPriority());
  }
  await service.ready(START_MS);
}

/** undefined until the process answers; a process that has ended is reported by `ready`. */
async function isLive(service: ServiceProcess): Promise<true | undefined> {
  if (!service.running) return true;
  const { ok } = await fetch(`${service.url}/api/live`, { signal: AbortSignal.timeout(ANSWER_MS) });
  return ok || undefined;
}

/** Linux has a niceness for each thread; new threads inherit it. */
async function setNiceness(pid: number, niceness: number): Promise<void> {
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    try {
      setPriority(Number(thread), niceness);
    } catch (error) {
      // The thread has ended.
      if ((error as { info?: { code?: string } }).info?.code !== 'ESRCH') throw error;
    }
  }
}
