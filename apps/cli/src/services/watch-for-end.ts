import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, statusSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import { requestAll } from './request-all.js';

const CHECK_EVERY_MS = 2_000;
/** A busy projector may leave some status requests unanswered. */
const MAX_SILENT_CHECKS = 30;

/**
 * Watches a projector that works on a command, until the signal aborts; resolves then.
 * @throws AppError SERVICE.UNAVAILABLE when the projector has ended: it will not answer, and its unfinished work is rolled back
 */
export async function watchForEnd(
  connection: NatsConnection,
  instance: string,
  signal: AbortSignal,
): Promise<void> {
  const sentAtMs = performance.now();
  for (let silent = 0; silent < MAX_SILENT_CHECKS; silent++) {
    await sleep(CHECK_EVERY_MS);
    if (signal.aborted) return;
    const options = { waitMs: CHECK_EVERY_MS, enough: (each: StatusReport) => each.instance === instance };
    const reports = await requestAll<StatusReport>(connection, statusSubject('projector'), {}, options);
    const report = reports.find(options.enough);
    if (!report) continue;
    if (report.uptimeMs < performance.now() - sentAtMs) break;
    silent = 0;
  }
  throw new AppError(
    'SERVICE.UNAVAILABLE',
    `projector ${instance} ended while it worked on this; its unfinished work was not done`,
  );
}
