import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { messageFor, type OutgoingEvent } from './outgoing-event.js';

/**
 * Sends presence and typing events to their stream, without waiting or retrying: they are not part of the log, and an event
 * that is lost with a broken connection would be out of date when it is sent again.
 */
export class EphemeralSender {
  /** @param connected whether the connection accepts messages now. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly connected: () => boolean,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  publish(event: OutgoingEvent): void {
    if (this.connected()) this.send(event);
    else this.metrics.ephemeralDropped.inc();
    event.settled();
  }

  private send(event: OutgoingEvent): void {
    const { subject, payload, headers } = messageFor(event);
    try {
      this.connection.publish(subject, payload, { headers });
    } catch (error) {
      this.metrics.ephemeralDropped.inc();
      this.logger.warn({ err: error, eventId: event.id }, 'cannot send an ephemeral event');
    }
  }
}
