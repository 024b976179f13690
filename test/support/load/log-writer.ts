import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_PARTITIONS, eventSubject, type RelayEvent } from '@discord-relay/contracts';
import type { Random } from '@discord-relay/local-stack';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventMix } from './event-mix.js';

const TICK_MS = 20;
const REPEATED = 0.03;

/**
 * Writes a mix of events to the log at a rate; after a failure of the broker, unacknowledged events are written again. Some
 * events come twice, as from a log whose deduplication window has passed.
 */
export class LogWriter {
  private stopped = false;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly mix: EventMix,
    private readonly random: Random,
  ) {}

  start(eventsPerSecond: number): void {
    this.writing = this.write(eventsPerSecond);
  }

  /** Resolves when everything that was started is in the log. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.writing;
  }

  private async write(eventsPerSecond: number): Promise<void> {
    for (const event of this.mix.opening()) await this.append(event);
    const startedAtMs = performance.now();
    for (let written = 0; !this.stopped;) {
      const due = Math.floor(((performance.now() - startedAtMs) / 1_000) * eventsPerSecond);
      const events = Array.from({ length: Math.min(100, due - written) }, () => this.mix.next());
      const repeated = events.filter(() => this.random.next() < REPEATED);
      await Promise.all([...events, ...repeated].map((event) => this.append(event)));
      written += events.length;
      await sleep(TICK_MS);
    }
  }

  private async append(event: RelayEvent): Promise<void> {
    const client = jetstream(this.connection);
    const subject = eventSubject(event, DEFAULT_PARTITIONS);
    for (;;) {
      try {
        await client.publish(subject, JSON.stringify(event), { timeout: 2_000 });
        return;
      } catch {
        // The broker is down: the drill has stopped it.
        await sleep(50);
      }
    }
  }
}
