import type { KV, KvEntry } from '@nats-io/kv';
import { z } from 'zod';
import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { isConflict } from '../../nats/buckets.js';
import type {
  DispatchPosition,
  ChannelByUser,
  ShardVoiceTracker,
} from '../../normalize/context/voice-channel-tracker.js';

const snowflake = z.custom<Snowflake>(isSnowflake);
const storedRooms = z.object({ rooms: z.record(snowflake, snowflake) });

const keyOf = (guildId: Snowflake): string => `guild.${guildId}`;

/** The shard to which Discord assigns a guild. */
const shardOfGuild = (guildId: Snowflake, shardCount: number): number =>
  Number((BigInt(guildId) >> 22n) % BigInt(shardCount));

/**
 * The voice channel of each user, by guild, for the next owner of a session. A guild's state is written before the session's
 * sequence, so it may be newer than that sequence, never older. Every write names the previous revision; after a conflict the
 * process has to check whether it still owns the shard.
 */
export class VoiceStore {
  private readonly revisions = new Map<Snowflake, number>();

  constructor(
    private readonly bucket: KV,
    private readonly logger: Logger,
  ) {}

  /**
   * Reads the stored guilds, and restores those of the shard into `voice` if its session continues.
   * Rejects while the store cannot be read.
   */
  async load(shard: { id: number; count: number } | null, voice: ShardVoiceTracker): Promise<void> {
    for await (const entry of await this.bucket.history({ key: 'guild.>' })) {
      const guildId = entry.key.slice('guild.'.length);
      if (!isSnowflake(guildId)) continue;
      this.revisions.set(guildId, entry.revision);
      if (shard && shardOfGuild(guildId, shard.count) === shard.id) this.restore(guildId, entry, voice);
    }
  }

  /** Writes the guilds that have changed up to `position`. Rejects when a write fails. */
  async store(voice: ShardVoiceTracker, position: DispatchPosition): Promise<void> {
    voice.markSafe(position);
    const guildIds = [...voice.dirty];
    voice.dirty.clear();
    const writes = await Promise.allSettled(
      guildIds.map((guildId) => this.put(guildId, voice.safeChannels(guildId))),
    );
    writes.forEach(({ status }, i) => status === 'rejected' && voice.dirty.add(guildIds[i]!));
    const failed = writes.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async put(guildId: Snowflake, rooms: ChannelByUser): Promise<void> {
    const previousSeq = this.revisions.get(guildId) ?? 0;
    if (rooms.size === 0 && previousSeq === 0) return;
    const key = keyOf(guildId);
    try {
      const value = JSON.stringify({ rooms: Object.fromEntries(rooms) });
      this.revisions.set(guildId, await this.bucket.put(key, value, { previousSeq }));
    } catch (error) {
      if (isConflict(error)) this.revisions.set(guildId, (await this.bucket.get(key))?.revision ?? 0);
      throw error;
    }
  }

  private restore(guildId: Snowflake, entry: KvEntry, voice: ShardVoiceTracker): void {
    const rooms = entry.operation === 'PUT' && readRooms(entry.string());
    if (rooms) voice.restore(guildId, rooms);
    else
      this.logger.error(
        { key: entry.key },
        'stored voice channels are unreadable; the first move of each user is recorded as a join',
      );
  }
}

function readRooms(json: string): ChannelByUser | undefined {
  try {
    const { success, data } = storedRooms.safeParse(JSON.parse(json));
    return success ? new Map(Object.entries(data.rooms) as [Snowflake, Snowflake][]) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
