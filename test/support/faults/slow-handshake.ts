import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsServer } from '@discord-relay/local-stack';

/**
 * Kills the broker, restarts it, and pauses it as soon as it accepts connections: clients are connected without a greeting,
 * or greeted without answers, for this long. `meanwhile` runs in that time and may extend it.
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
