import type { NatsConnection } from '@nats-io/transport-node';
import type { LogPublisher } from '../publish/log-publisher.js';

/** Forwards the status of the connection to a publisher, as the ingestor does. */
export function forwardConnectionStatus(connection: NatsConnection, publisher: LogPublisher): void {
  void (async () => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') publisher.disconnected();
      if (type === 'reconnect') publisher.reconnected();
    }
  })();
}
