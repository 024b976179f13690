import { type ServiceProcess, until } from '@discord-relay/local-stack';
import type { StatusReport } from '@discord-relay/platform';

/** Twice the time within which the start ids decide which of two processes with one name comes first. */
const OLDER_MS = 4_000;

/** Waits until a process is certainly older than one started now, even if its answers are slow. */
export async function untilOlder(service: ServiceProcess): Promise<void> {
  await until('a process that is older', 30_000, async () => {
    const { uptimeMs } = (await (await fetch(`${service.url}/api/status`)).json()) as StatusReport;
    return uptimeMs > OLDER_MS || undefined;
  });
}
