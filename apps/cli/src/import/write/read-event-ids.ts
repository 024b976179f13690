import { type ConsumerMessages, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, LOG_STREAM } from '@discord-relay/contracts';

const FETCH_MESSAGES = 10_000;
/** How long a consumer may deliver nothing although messages are pending. */
const FETCH_WAIT_MS = 10_000;

/**
 * Calls back with the id of every event that the log has under these subjects. Only headers are read.
 * @throws AppError LOG.CONSUMER_STALLED and server errors
 */
export async function readEventIds(
  connection: NatsConnection,
  subjects: string[],
  onId: (eventId: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const consumer = await manager.jetstream().consumers.get(LOG_STREAM, {
    filter_subjects: subjects,
    deliver_policy: DeliverPolicy.All,
    headers_only: true,
  });
  try {
    let { num_pending: pending } = await consumer.info();
    while (pending > 0) {
      if (signal?.aborted) return;
      const batch = await consumer.fetch({ max_messages: FETCH_MESSAGES, expires: FETCH_WAIT_MS });
      pending = await readBatch(batch, onId, pending);
      if (batch.getReceived() === 0) throw stalled(pending);
    }
  } finally {
    await consumer.delete();
  }
}

async function readBatch(
  batch: ConsumerMessages,
  onId: (eventId: string) => void,
  before: number,
): Promise<number> {
  let pending = before;
  for await (const message of batch) {
    const id = message.headers?.get('Nats-Msg-Id');
    if (id) onId(id);
    pending = message.info.pending;
    if (pending === 0) break;
  }
  return pending;
}

const stalled = (pending: number): AppError =>
  new AppError('LOG.CONSUMER_STALLED', `the log has ${pending} more events and its consumer delivers none`);
