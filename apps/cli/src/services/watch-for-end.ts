import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, statusSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import { requestAll } from './request-all.js';

const LOOK_EVERY_MS = 2_000;
/** One that is busy may leave some questions unanswered. */
const MOST_SILENT_LOOKS = 30;

/**
 * Looks after a projector that works for this command, until the signal aborts; resolves then.
 * @throws AppError SERVICE.UNAVAILABLE when it has ended since: then nobody will answer, and what it did not finish was
 * rolled back
 */
export async function watchForEnd(
  connection: NatsConnection,
  instance: string,
  signal: AbortSignal,
): Promise<void> {
  const askedAtMs = performance.now();
  for (let silent = 0; silent < MOST_SILENT_LOOKS; silent++) {
    await sleep(LOOK_EVERY_MS);
    if (signal.aborted) return;
    const options = { waitMs: LOOK_EVERY_MS, enough: (each: StatusReport) => each.instance === instance };
    const reports = await requestAll<StatusReport>(connection, statusSubject('projector'), {}, options);
    const report = reports.find(options.enough);
    if (!report) continue;
    if (report.uptimeMs < performance.now() - askedAtMs) break;
    silent = 0;
  }
  throw new AppError(
    'SERVICE.UNAVAILABLE',
    `projector ${instance} ended while it worked at this; what it had not finished was not done`,
  );
}
