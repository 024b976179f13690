import { DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, LOG_STREAM } from '@discord-relay/contracts';
import type { OutgoingEvent } from './outgoing-event.js';

const REQUEST_TIMEOUT_MS = 2_000;
const FETCH_MESSAGES = 10_000;
const FETCH_WAIT_MS = 2_000;

/**
 * Finds which of these message ids the log contains after a sequence, for events older than its deduplication window. A log
 * that is shorter than that sequence is a different one and is searched completely.
 * @throws AppError LOG.UNAVAILABLE and server errors: then nothing is known
 */
export async function findStored(
  connection: NatsConnection,
  afterSequence: number,
  isSearched: (messageId: string) => boolean,
): Promise<Set<string>> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
  const { state } = await manager.streams.info(LOG_STREAM);
  const found = new Set<string>();
  if (state.last_seq === afterSequence) return found;
  const consumer = await manager.jetstream().consumers.get(LOG_STREAM, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: state.last_seq < afterSequence ? 1 : afterSequence + 1,
    headers_only: true,
  });
  try {
    for (let pending = Infinity; pending > 0;) {
      const batch = await consumer.fetch({ max_messages: FETCH_MESSAGES, expires: FETCH_WAIT_MS });
      for await (const message of batch) {
        const id = message.headers?.get('Nats-Msg-Id');
        if (id && isSearched(id)) found.add(id);
        pending = message.seq >= state.last_seq ? 0 : message.info.pending;
        if (pending === 0) break;
      }
      if (batch.getReceived() > 0) continue;
      pending = (await consumer.info()).num_pending;
      if (pending > 0) throw new AppError('LOG.UNAVAILABLE', 'cannot read which events the log contains');
    }
    return found;
  } finally {
    await consumer.delete();
  }
}

/**
 * Finds which of the sent events the log contains, by message id. A single event that the log would still recognise is not
 * looked up, because it can simply be sent again.
 * @throws as {@link findStored}
 */
export async function findStoredOf(
  connection: NatsConnection,
  sent: readonly OutgoingEvent[],
  dedupWindowMs: number,
): Promise<ReadonlySet<string>> {
  const first = sent[0]?.firstSending;
  if (!first) return new Set();
  const isYoung = performance.now() - first.atMs < dedupWindowMs / 2;
  if (sent.length === 1 && isYoung) return new Set();
  const ids = new Set(sent.map(({ id }) => id));
  return await findStored(connection, first.afterSequence, (id) => ids.has(id));
}
