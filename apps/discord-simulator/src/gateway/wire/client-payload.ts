import { z } from 'zod';
import { snowflakeField } from '../../json/parse-json.js';

/** Payloads of clients. Not strict about fields that the simulator ignores. */
export const clientPayload = z.looseObject({ op: z.int(), d: z.unknown().optional() });

export const heartbeatData = z.int().nonnegative().nullish();

export const identifyData = z.looseObject({
  token: z.string(),
  // Validated separately: an invalid value has its own close code.
  intents: z.unknown(),
  shard: z.unknown().optional(),
  properties: z.looseObject({}).optional(),
  /** Requests payload compression. */
  compress: z.boolean().nullish(),
});

export const resumeData = z.looseObject({
  token: z.string(),
  session_id: z.string(),
  seq: z.int().nullable(),
});

export const membersRequest = z.looseObject({
  guild_id: snowflakeField,
  query: z.string().optional(),
  limit: z.int().nonnegative().optional(),
  presences: z.boolean().optional(),
  user_ids: z.union([snowflakeField, z.array(snowflakeField).max(100)]).optional(),
  nonce: z.string().max(32).optional(),
});

/** `[id, count]` of IDENTIFY; absent means one shard. Null if it is not a valid shard. */
export function parseShard(value: unknown): [number, number] | null {
  if (value === undefined || value === null) return [0, 1];
  const parsed = z.tuple([z.int().nonnegative(), z.int().positive()]).safeParse(value);
  return parsed.success && parsed.data[0] < parsed.data[1] ? parsed.data : null;
}
