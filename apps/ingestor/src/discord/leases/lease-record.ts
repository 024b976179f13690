import { randomUUID } from 'node:crypto';
import type { KvEntry } from '@nats-io/kv';
import { z } from 'zod';
import { serverClock } from '../../support/server-clock.js';

/** Replaces an unreadable lease: it is expired, so that it can be overwritten. */
export const EXPIRED_LEASE = { owner: '', ttlMs: 0 };

const leaseValue = z.object({ owner: z.string(), ttlMs: z.number(), expiresAtMs: z.number() });

/** A lease as it is stored. `expiresAtMs` is informative only, because clocks differ between machines. */
export const leaseRecord = (owner: string, ttlMs: number): string =>
  JSON.stringify({ owner, ttlMs, expiresAtMs: serverClock.now() + ttlMs });

/** A name of an owner that is unique to this process: the replica's name and a suffix. */
export const newOwner = (name: string): string =>
  `${name.replace(/[^\w-]/g, '_')}-${randomUUID().slice(0, 8)}`;

/** The replica's name in a name of an owner. */
export const nameOf = (owner: string): string => /^(.+)-[0-9a-f]{8}$/.exec(owner)?.[1] ?? owner;

/** Parses a lease; undefined if the value is not one, so that it may be overwritten. */
export function readLease(entry: KvEntry): { owner: string; ttlMs: number } | undefined {
  try {
    const parsed = leaseValue.safeParse(entry.json());
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
