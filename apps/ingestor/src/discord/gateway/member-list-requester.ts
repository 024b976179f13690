import { randomUUID } from 'node:crypto';
import { isSnowflake, type Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { GatewayOpcodes, type GatewaySendPayload } from 'discord-api-types/v10';
import { isOutage } from '../../normalize/dispatches/normalize-guild.js';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import { type Fields, isFields } from '../../normalize/fields/read-fields.js';

interface GatewayPort {
  send(shardId: number, payload: GatewaySendPayload): Promise<void>;
  /** A list was requested; its chunks have this nonce. */
  onRequested(shardId: number, guildId: Snowflake, nonce: string): void;
}

/** Delay after a rate limit without a duration. */
const RETRY_MS = 30_000;

/**
 * Requests the full member list whenever a session reports a guild, because Discord does not send existing members otherwise.
 * The answers are dispatches and are recorded like any other. The library keeps to Discord's rate limit.
 */
export class MemberListRequester {
  /** Guilds whose last chunk has not arrived, with shard and latest request. */
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
    // 32 characters, the longest nonce that Discord returns.
    const nonce = randomUUID().replaceAll('-', '');
    this.pending.set(guildId, { of: shardId, nonce });
    this.discord.onRequested(shardId, guildId, nonce);
    const d = { guild_id: guildId, query: '', limit: 0, nonce };
    this.discord.send(shardId, { op: GatewayOpcodes.RequestGuildMembers, d }).catch((err: unknown) =>
      // Requested again when the session resumes; a new session reports the guild again.
      this.logger.warn({ err, shardId, guildId }, 'members could not be requested'),
    );
  }

  /** Repeats the pending requests, because those before the loss of the connection may not have reached Discord. */
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
