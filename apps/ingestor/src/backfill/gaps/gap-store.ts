import { gunzipSync, gzipSync } from 'node:zlib';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import {
  BACKFILL_BUCKET,
  isSnowflake,
  type LeftOutReason,
  type Snowflake,
  type Unrecoverable,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { GuildGap } from './gap.js';
import { type BucketStorage, openBucket } from '../../nats/buckets.js';

const snowflake = () => z.custom<Snowflake>(isSnowflake);

const isText = (value: unknown) => typeof value === 'string';

const guildGap = z.object({
  gapId: z.string(),
  shardId: z.number().int(),
  shardCount: z.number().int().min(1),
  cause: z.enum(['session_lost', 'first_start']),
  lostSessionId: z.string().nullable(),
  lostSequence: z.number().nullable(),
  from: z.object({ time: z.string().nullable(), snowflake: snowflake().nullable() }),
  to: z.object({ time: z.string(), snowflake: snowflake() }),
  guildId: snowflake(),
  announced: z.boolean(),
  channels: z.record(
    z.string(),
    z.object({
      cursor: snowflake().nullable(),
      upTo: snowflake().nullable(),
      read: z.number().int(),
      state: z.enum(['open', 'done', 'skipped']),
      reason: z.custom<LeftOutReason>(isText).optional(),
    }),
  ),
  leftOut: z.array(z.custom<Unrecoverable>(isText)).optional(),
  failing: z.record(z.string(), z.object({ attempts: z.number().int(), forMs: z.number() })).optional(),
});

/** Encodes characters of session ids that keys must not contain as `=` and their code. */
const keyOf = ({ gapId, guildId }: GuildGap): string => {
  const safe = gapId.replace(/[^-\w]/g, (each) => `=${each.charCodeAt(0).toString(16)}`);
  return `${safe}.${guildId}`;
};

/** Gaps with more characters are compressed, because a message holds at most 1 MiB. */
const COMPRESS_FROM = 32_768;
const GZIP_MAGIC = 0x1f;

function encoded(gap: GuildGap): string | Uint8Array {
  const json = JSON.stringify(gap);
  return json.length < COMPRESS_FROM ? json : gzipSync(json);
}

/** Decodes a stored gap; undefined when unreadable. */
function decoded(value: Uint8Array): unknown {
  try {
    return JSON.parse(
      (value[0] === GZIP_MAGIC ? gunzipSync(value) : Buffer.from(value)).toString(),
    ) as unknown;
  } catch {
    return undefined;
  }
}

/** Stores the open gaps with their progress. */
export class GapStore {
  private readonly writes = new Map<string, Promise<unknown>>();
  private readonly waiting = new Map<string, { gap: GuildGap; written: Promise<void> }>();

  constructor(
    private readonly bucket: KV,
    private readonly logger: Logger,
  ) {}

  static async open(connection: NatsConnection, storage: BucketStorage, logger: Logger): Promise<GapStore> {
    return new GapStore(await openBucket(connection, BACKFILL_BUCKET, storage), logger);
  }

  /** Every open gap. Rejects while the store cannot be read. */
  async load(): Promise<GuildGap[]> {
    const keys: string[] = [];
    for await (const key of await this.bucket.keys()) keys.push(key);
    const gaps: GuildGap[] = [];
    for (const key of keys) {
      const entry = await this.bucket.get(key);
      if (entry?.operation !== 'PUT') continue;
      const result = guildGap.safeParse(decoded(entry.value));
      if (result.success) gaps.push(result.data);
      else this.logger.error({ key }, 'stored gap is unreadable; its backfill stops');
    }
    return gaps;
  }

  /** Stores a gap, unless it is stored already with its progress. */
  async add(gap: GuildGap): Promise<void> {
    const entry = await this.bucket.get(keyOf(gap));
    if (entry?.operation !== 'PUT') await this.put(gap);
  }

  /** Stores a gap. Writes of one gap run one at a time; a queued write also covers later calls. */
  async put(gap: GuildGap): Promise<void> {
    const key = keyOf(gap);
    const waiting = this.waiting.get(key);
    if (waiting?.gap === gap) return waiting.written;
    const written = this.enqueue(key, () => {
      this.waiting.delete(key);
      return this.bucket.put(key, encoded(gap));
    });
    this.waiting.set(key, { gap, written });
    await written;
  }

  async remove(gap: GuildGap): Promise<void> {
    await this.enqueue(keyOf(gap), (key) => this.bucket.purge(key));
  }

  private async enqueue(key: string, action: (key: string) => Promise<unknown>): Promise<void> {
    const before = this.writes.get(key) ?? Promise.resolve();
    const write = before.then(
      () => action(key),
      () => action(key),
    );
    this.writes.set(key, write);
    try {
      await write;
    } finally {
      if (this.writes.get(key) === write) this.writes.delete(key);
    }
  }
}
