import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM, parseEvent, partitionOf, type Snowflake } from '@discord-relay/contracts';
import { forEachConcurrently } from '@discord-relay/platform';
import { importPrefix } from './gaps/gap.js';

const REQUEST_TIMEOUT_MS = 2_000;
const LOOK_UPS_AT_A_TIME = 16;

/** The position in a session at which it reported a guild: only earlier events prove that the log knew the guild before. */
export interface GuildAppearance {
  sessionId: string;
  sequence: number;
}

/** Distinguishes guilds that the bot has just joined from guilds that the log knows, because Discord reports both alike. */
export class NewGuildDetector {
  /** By shard: the guilds of its session, and those that the bot left during it. */
  private readonly shards = new Map<number, Map<Snowflake, 'here' | 'left'>>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly partitions: number,
  ) {}

  /** Handles a READY, which lists the guilds of a shard. */
  setListed(shardId: number, guildIds: readonly Snowflake[]): void {
    this.shards.set(shardId, new Map(guildIds.map((guildId) => [guildId, 'here'])));
  }

  markLeft(shardId: number, guildId: Snowflake): void {
    this.guildsOf(shardId).set(guildId, 'left');
  }

  /** Handles a GUILD_CREATE. @returns the state of the guild in this session before */
  markPresent(shardId: number, guildId: Snowflake): 'here' | 'left' | 'unknown' {
    const guilds = this.guildsOf(shardId);
    const before = guilds.get(guildId) ?? 'unknown';
    guilds.set(guildId, 'here');
    return before;
  }

  forget(shardId: number): void {
    this.shards.delete(shardId);
  }

  /**
   * Whether the log already has the guild's import, by this appearance or a later one of the session. Without this check
   * a repeated GUILD_CREATE would start the import again. Rejects when NATS is unavailable.
   */
  async isImported(guildId: Snowflake, { sessionId, sequence }: GuildAppearance): Promise<boolean> {
    const { streams } = await jetstreamManager(this.connection, { timeout: REQUEST_TIMEOUT_MS });
    const opened = await streams.getMessage(LOG_STREAM, {
      last_by_subj: `${this.prefixOf(guildId)}.-.gap.opened`,
    });
    const parsed = opened && parseEvent(opened.string());
    if (!parsed?.ok || parsed.event.type !== 'gap.opened') return false;
    const { gapId } = parsed.event.data;
    const prefix = importPrefix(sessionId);
    return gapId.startsWith(prefix) && Number(gapId.slice(prefix.length)) >= sequence;
  }

  /** Whether the log had nothing of a guild before it appeared, or the bot had left it. Rejects without NATS. */
  async isNew(guildId: Snowflake, { sessionId, sequence }: GuildAppearance): Promise<boolean> {
    const { streams } = await jetstreamManager(this.connection, { timeout: REQUEST_TIMEOUT_MS });
    const prefix = this.prefixOf(guildId);
    const left = await streams.getMessage(LOG_STREAM, { last_by_subj: `${prefix}.-.guild.left` });
    // Of the guild itself: imports of an operator, which concern channels, say nothing about the bot.
    const query = { seq: (left?.seq ?? 0) + 1, next_by_subj: `${prefix}.-.>` };
    const next = await streams.getMessage(LOG_STREAM, query);
    if (!next) return true;
    const parsed = parseEvent(next.string());
    // An event that this version cannot read still proves that the log knows the guild.
    return parsed.ok && parsed.event.sessionid === sessionId && parsed.event.discordseq >= sequence;
  }

  /** The guilds of a new session that the log does not know: their history is imported, not recovered. */
  async newAmong(guildIds: readonly Snowflake[], sessionId: string): Promise<ReadonlySet<Snowflake>> {
    const joined = new Set<Snowflake>();
    await forEachConcurrently(guildIds, LOOK_UPS_AT_A_TIME, async (guildId) => {
      if (await this.isNew(guildId, { sessionId, sequence: 0 })) joined.add(guildId);
    });
    return joined;
  }

  private prefixOf(guildId: Snowflake): string {
    return `discord.${partitionOf(guildId, this.partitions)}.${guildId}`;
  }

  private guildsOf(shardId: number): Map<Snowflake, 'here' | 'left'> {
    let guilds = this.shards.get(shardId);
    if (!guilds) this.shards.set(shardId, (guilds = new Map<Snowflake, 'here' | 'left'>()));
    return guilds;
  }
}
