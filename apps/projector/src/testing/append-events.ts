import { eventSubject, type RelayEvent } from '@discord-relay/contracts';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Maximum number of unacknowledged events: among thousands, the last ones would time out on a slow machine. */
const WINDOW = 250;
const TIMEOUT_MS = 30_000;

/** Appends events to the log, in order; returns their stream sequences. */
export async function appendEvents(
  connection: NatsConnection,
  events: readonly RelayEvent[],
  partitions: number,
): Promise<number[]> {
  const js = jetstream(connection, { timeout: TIMEOUT_MS });
  const seqs: number[] = [];
  for (let from = 0; from < events.length; from += WINDOW) {
    const some = events.slice(from, from + WINDOW);
    const acks = await Promise.all(
      some.map((event) => js.publish(eventSubject(event, partitions), JSON.stringify(event))),
    );
    seqs.push(...acks.map(({ seq }) => seq));
  }
  return seqs;
}
