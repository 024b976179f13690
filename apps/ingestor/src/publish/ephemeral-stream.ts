import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { EPHEMERAL_STREAM, EPHEMERAL_SUBJECTS } from '@discord-relay/contracts';

const MAX_AGE_MS = 600_000;
const MAX_BYTES = 67_108_864;

/**
 * Creates the stream for presence and typing. It keeps ten minutes in memory, drops the oldest events first, and is not part of
 * the log.
 * @throws errors of the server while JetStream is not available
 */
export async function ensureEphemeralStream(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: EPHEMERAL_STREAM,
    subjects: [EPHEMERAL_SUBJECTS],
    retention: RetentionPolicy.Limits,
    storage: StorageType.Memory,
    discard: DiscardPolicy.Old,
    max_age: nanos(MAX_AGE_MS),
    max_bytes: MAX_BYTES,
  });
}
