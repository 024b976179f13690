import { LEASES_BUCKET } from '@discord-relay/contracts';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Releases the lock that prevents ingestors from identifying twice within 5 s, so that tests need not wait: the local
 * Discord of a test does not enforce it. For bots with one shard.
 */
export async function freeIdentifyLock(connection: NatsConnection): Promise<void> {
  const leases = await new Kvm(connection).open(LEASES_BUCKET);
  await leases.delete('identify.0');
}
