import { DeliverPolicy, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isOfPartition, LOG_STREAM, type RelayEvent } from '@discord-relay/contracts';

/** A message of the log as a spec looks at it. */
export interface LoggedEvent {
  subject: string;
  messageId: string;
  contentType: string;
  traceparent: string;
  event: RelayEvent;
}

/** What was read of a stream, which is known by the time it was made. */
interface Known {
  created: string;
  lastSeq: number;
  messages: number;
  events: readonly LoggedEvent[];
}

/** Specs ask for the log until it has what they wait for: what stays as it is, is read once. */
const knownBy = new WeakMap<NatsConnection, Known>();

/** Everything in the log, oldest first. */
export async function readLog(connection: NatsConnection): Promise<LoggedEvent[]> {
  // Short, so that a request lost with its connection does not hold up a spec that polls.
  const manager = await jetstreamManager(connection, { timeout: 1_000 });
  const { created, state } = await manager.streams.info(LOG_STREAM);
  const last = knownBy.get(connection);
  const known =
    last?.created === created && last.lastSeq <= state.last_seq
      ? last
      : { created, lastSeq: 0, messages: 0, events: [] };
  const missing = state.messages - known.messages;
  if (missing === 0) return [...known.events];
  const consumer = await manager.jetstream().consumers.get(LOG_STREAM, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: known.lastSeq + 1,
  });
  const events = [...known.events];
  let { lastSeq } = known;
  for await (const message of await consumer.fetch({ max_messages: missing })) {
    if (isOfPartition(message.subject)) events.push(asLogged(message));
    lastSeq = message.seq;
  }
  knownBy.set(connection, { created, lastSeq, messages: state.messages, events });
  return [...events];
}

function asLogged(message: JsMsg): LoggedEvent {
  return {
    subject: message.subject,
    messageId: message.headers?.get('Nats-Msg-Id') ?? '',
    contentType: message.headers?.get('Content-Type') ?? '',
    traceparent: message.headers?.get('traceparent') ?? '',
    event: message.json<RelayEvent>(),
  };
}
