import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsServer } from '@discord-relay/local-stack';

/**
 * Kills the broker and starts it again, and lets it stand still as soon as it takes connections: clients are connected
 * and not greeted, or greeted and not answered, for so long. `meanwhile` happens in that time, and may prolong it.
 */
export async function restartWithSlowHandshake(
  nats: NatsServer,
  holdMs: number,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await nats.kill('SIGKILL');
  await nats.restart();
  await nats.kill('SIGSTOP');
  await Promise.all([sleep(holdMs), meanwhile()]);
  await nats.kill('SIGCONT');
}
