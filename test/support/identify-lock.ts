import { LEASES_BUCKET } from '@discord-relay/contracts';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Frees the lock that keeps ingestors from identifying twice within 5 s, as if that time had passed: the local Discord
 * of a test does not ask for it, and a test of something else need not wait. For bots of one shard.
 */
export async function freeIdentifyLock(connection: NatsConnection): Promise<void> {
  const leases = await new Kvm(connection).open(LEASES_BUCKET);
  await leases.delete('identify.0');
}
