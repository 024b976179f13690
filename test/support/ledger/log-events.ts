import { isOfPartition, LOG_STREAM, parseEvent, type RelayEvent } from '@discord-relay/contracts';
import { jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

export interface LoggedEvent {
  seq: number;
  event: RelayEvent;
}

function eventOf(message: JsMsg): RelayEvent {
  const parsed = parseEvent(message.string());
  if (parsed.ok) return parsed.event;
  throw new Error(`message ${message.seq} of the log is not an event: ${parsed.reason}`);
}

/**
 * Every event of the log in order.
 * @throws Error when a message is not an event
 */
export async function readLog(connection: NatsConnection): Promise<LoggedEvent[]> {
  const manager = await jetstream(connection).jetstreamManager();
  const { state } = await manager.streams.info(LOG_STREAM);
  const events: LoggedEvent[] = [];
  if (state.messages === 0) return events;
  const consumer = await manager.jetstream().consumers.get(LOG_STREAM);
  for await (const message of await consumer.consume()) {
    if (isOfPartition(message.subject)) events.push({ seq: message.seq, event: eventOf(message) });
    if (message.seq >= state.last_seq) break;
  }
  return events;
}
