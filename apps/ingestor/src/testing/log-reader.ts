import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM, type RelayEvent } from '@discord-relay/contracts';

/** A message of the log as a spec looks at it. */
export interface LoggedEvent {
  subject: string;
  messageId: string;
  contentType: string;
  traceparent: string;
  event: RelayEvent;
}

/** Everything in the log, oldest first. */
export async function readLog(connection: NatsConnection): Promise<LoggedEvent[]> {
  // Short, so that a request lost with its connection does not hold up a spec that polls.
  const manager = await jetstreamManager(connection, { timeout: 1_000 });
  const { state } = await manager.streams.info(LOG_STREAM);
  if (state.messages === 0) return [];
  const consumer = await manager.jetstream().consumers.get(LOG_STREAM);
  const events: LoggedEvent[] = [];
  for await (const message of await consumer.fetch({ max_messages: state.messages })) {
    events.push({
      subject: message.subject,
      messageId: message.headers?.get('Nats-Msg-Id') ?? '',
      contentType: message.headers?.get('Content-Type') ?? '',
      traceparent: message.headers?.get('traceparent') ?? '',
      event: message.json<RelayEvent>(),
    });
  }
  return events;
}
