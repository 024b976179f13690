import { randomUUID } from 'node:crypto';
import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { GatewayOpcodes, type GatewaySendPayload } from 'discord-api-types/v10';
import { isOutage } from '../../normalize/dispatches/normalize-guild.js';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import { type Fields, isFields } from '../../normalize/fields/read-fields.js';

interface GatewayPort {
  send(shardId: number, payload: GatewaySendPayload): Promise<void>;
  /** What answers this request carries the nonce. */
  onRequested(shardId: number, guildId: Snowflake, nonce: string): void;
}

/** What Discord names when it wants to be asked later and does not say when. */
const RETRY_MS = 30_000;

/**
 * Asks who is in a guild whenever a session tells of the guild: who joined before is told in no other way. The answers
 * are dispatches, and recorded like any other. The library spreads requests over Discord's limit.
 */
export class MemberListRequester {
  /** Guilds whose last chunk has not come yet, each with its shard and the request that counts. */
  private readonly pending = new Map<Snowflake, { of: number; nonce: string }>();

  constructor(
    private readonly guildIds: ReadonlySet<string> | undefined,
    private readonly discord: GatewayPort,
    private readonly logger: Logger,
  ) {}

  onDispatch(shardId: number, { t: type, d: data }: RawDispatch): void {
    if (type === 'RESUMED') return this.requestPendingAgain(shardId);
    if (!isFields(data)) return;
    if (type === 'GUILD_CREATE' && !isOutage(data)) this.request(shardId, data.id);
    else if (type === 'GUILD_MEMBERS_CHUNK') this.onChunk(data);
    else if (type === 'RATE_LIMITED') this.onRateLimited(shardId, data);
  }

  private request(shardId: number, guildId: unknown): void {
    if (!isSnowflake(guildId) || this.guildIds?.has(guildId) === false) return;
    // 32 characters, the most that Discord gives back.
    const nonce = randomUUID().replaceAll('-', '');
    this.pending.set(guildId, { of: shardId, nonce });
    this.discord.onRequested(shardId, guildId, nonce);
    const d = { guild_id: guildId, query: '', limit: 0, nonce };
    this.discord.send(shardId, { op: GatewayOpcodes.RequestGuildMembers, d }).catch((err: unknown) =>
      // It is asked again when the session goes on; another session tells of the guild anew.
      this.logger.warn({ err, shardId, guildId }, 'members not asked for'),
    );
  }

  /** What was under way when the connection was lost may never have reached Discord. */
  private requestPendingAgain(shardId: number): void {
    for (const [guildId, { of }] of [...this.pending]) if (of === shardId) this.request(shardId, guildId);
  }

  private onChunk({ guild_id: guildId, nonce, chunk_index: index, chunk_count: count }: Fields): void {
    if (!isSnowflake(guildId) || Number(index) + 1 < Number(count)) return;
    if (this.pending.get(guildId)?.nonce !== nonce) return;
    if (this.pending.delete(guildId)) this.logger.info({ guildId, chunks: count }, 'members listed');
  }

  private onRateLimited(shardId: number, { opcode, retry_after: afterS, meta }: Fields): void {
    if (opcode !== GatewayOpcodes.RequestGuildMembers || !isFields(meta)) return;
    const delayMs = typeof afterS === 'number' ? afterS * 1_000 : RETRY_MS;
    const { guild_id: guildId } = meta;
    setTimeout(() => {
      if (isSnowflake(guildId) && this.pending.get(guildId)?.of === shardId) this.request(shardId, guildId);
    }, delayMs).unref();
  }
}
