import { z } from 'zod';
import type { LogPosition } from '../../nats/log-continuity.js';
import type { ResumableSession } from './shard-session.js';

/** The id becomes part of message ids, which are sent in a header: printable characters without spaces. */
const ID_CHARS = /^[\x21-\x7e]+$/;
const DISCORD_ID_MAX = 256;
/** Maximum number of characters that `sessionIdOf` adds. */
const ID_SUFFIX_MAX = 32;

const sessionStart = z.object({
  sessionId: z
    .string()
    .regex(ID_CHARS)
    .max(DISCORD_ID_MAX + ID_SUFFIX_MAX),
  resumeUrl: z.url({ protocol: /^wss?$/ }),
  sequence: z.number().int().min(0),
  shardCount: z.number().int().min(1),
  acknowledgedAt: z.iso.datetime().optional(),
  discordId: z.string().regex(ID_CHARS).max(DISCORD_ID_MAX).optional(),
  failedResumes: z.object({ count: z.number().int(), forMs: z.number() }).optional(),
  givenUp: z.boolean().optional(),
});

/** Validates a session of the store or of a READY; undefined if it is invalid. */
export function readSession(value: unknown): ResumableSession | undefined {
  const result = sessionStart.safeParse(value);
  return result.success ? result.data : undefined;
}

/** As {@link readSession}, from JSON. */
export function parseSession(json: string): ResumableSession | undefined {
  try {
    return readSession(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const withLog = z.object({ log: z.object({ created: z.string(), sequence: z.number() }) });

/** The end of the log when the session was stored; undefined when unreadable, or stored by a version without it. */
export function parseLogPosition(json: string): LogPosition | undefined {
  try {
    return withLog.safeParse(JSON.parse(json)).data?.log;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The writer of a stored session; undefined when unreadable, or stored by a version without it. */
export function parseOwner(json: string): string | undefined {
  try {
    return z.object({ owner: z.string() }).safeParse(JSON.parse(json)).data?.owner;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
