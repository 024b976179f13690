import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import { type KV, type KvOptions, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError } from '@discord-relay/contracts';

/** Storage options of KV buckets. */
export interface BucketStorage {
  replicas: number;
  /** Size limit of each bucket; default: none. */
  maxBytes?: number;
}

const REQUEST_TIMEOUT_MS = 2_000;

/**
 * JetStream's errors for an account without enough storage, or with a required size limit for every stream. It also finds no suitable
 * peers while a server is offline, which is an outage.
 */
const LIMIT =
  /max(imum)? ?_?bytes|insufficient (storage|memory)|resource limits|resources exceeded|no suitable peers(?!.*offline)/i;

/** Opens a bucket, and creates it if it is missing. @throws AppError LOG.LIMIT_REFUSED; server errors during an outage */
export async function openBucket(
  connection: NatsConnection,
  name: string,
  { replicas, maxBytes }: BucketStorage,
  options: Partial<KvOptions> = {},
): Promise<KV> {
  const buckets = new Kvm(jetstream(connection, { timeout: REQUEST_TIMEOUT_MS }));
  const limit = maxBytes === undefined ? {} : { max_bytes: maxBytes };
  return await withinLimits('KV_MAX_BYTES', () =>
    buckets.create(name, { replicas, history: 1, ...limit, ...options }),
  );
}

/** Runs `make`, which creates a stream. @throws AppError LOG.LIMIT_REFUSED that names `key` when the account forbids it */
export async function withinLimits<T>(
  key: 'LOG_MAX_BYTES' | 'KV_MAX_BYTES',
  make: () => Promise<T>,
): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError) || !LIMIT.test(cause.message)) throw cause;
    throw new AppError(
      'LOG.LIMIT_REFUSED',
      `${key}: the JetStream account refuses (${cause.message}); set ${key} to what the account allows, or raise its limits`,
      { cause },
    );
  }
}

/** The server's codes for a write whose expected revision is not the last one. */
const WRONG_LAST_SEQUENCE: ReadonlySet<number> = new Set([10_071, 10_164]);

/** Whether the server rejected a KV write because another process has written in between. */
export const isConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.has(error.code);
