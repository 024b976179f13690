import { DeliverPolicy, type JetStreamManager, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isOfPartition, LOG_STREAM, type RelayEvent } from '@discord-relay/contracts';

/** A message of the log, decoded for specs. */
export interface LoggedEvent {
  subject: string;
  messageId: string;
  contentType: string;
  traceparent: string;
  event: RelayEvent;
}

/** The messages of a stream that were read so far, and one by which the stream is recognised. */
interface Known {
  created: string;
  lastSeq: number;
  lastStoredAtMs: number;
  messages: number;
  events: readonly LoggedEvent[];
}

const NOTHING = { lastSeq: 0, lastStoredAtMs: 0, messages: 0, events: [] };

/** Specs read the log repeatedly until it has the expected events; each event is read only once. */
const knownBy = new WeakMap<NatsConnection, Known>();

/** Every event of the log, oldest first. */
export async function readLog(connection: NatsConnection): Promise<LoggedEvent[]> {
  // A request that is lost with its connection delays a spec that polls by this; a busy machine may pause for seconds.
  const manager = await jetstreamManager(connection, { timeout: 5_000 });
  const { created, state } = await manager.streams.info(LOG_STREAM);
  const last = knownBy.get(connection);
  const known = last && (await isStillThere(manager, last, created)) ? last : { created, ...NOTHING };
  const missing = state.messages - known.messages;
  if (missing === 0) return [...known.events];
  const consumer = await manager.jetstream().consumers.get(LOG_STREAM, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: known.lastSeq + 1,
  });
  const events = [...known.events];
  let { lastSeq, lastStoredAtMs } = known;
  for await (const message of await consumer.fetch({ max_messages: missing })) {
    if (isOfPartition(message.subject)) events.push(asLogged(message));
    lastSeq = message.seq;
    lastStoredAtMs = Number(message.timestampNanos / 1_000_000n);
  }
  knownBy.set(connection, { created, lastSeq, lastStoredAtMs, messages: state.messages, events });
  return [...events];
}

/** A log that was rolled back and has grown since has other messages at the same sequences. */
async function isStillThere(
  { streams }: JetStreamManager,
  { created, lastSeq, lastStoredAtMs }: Known,
  createdNow: string,
): Promise<boolean> {
  if (created !== createdNow || lastSeq === 0) return false;
  const message = await streams.getMessage(LOG_STREAM, { seq: lastSeq });
  return message?.time.getTime() === lastStoredAtMs;
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
