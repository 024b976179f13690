import { retryForever } from '../../support/retry-forever.js';
import { GatewayEvents } from './gateway-events.js';
import { type GatewayContext, GatewayParts } from './gateway-parts.js';
import type { ShardStatus } from './shards/shard-status.js';

/** Discord counts requests that it refuses. */
const DISCORD_PAUSES = { firstMs: 1_000, capMs: 60_000 };

/**
 * The connections of this process's shards to Discord. It keeps each one up until it is stopped: it backs off while Discord is
 * unavailable, and resumes a session, if there is one, from the last sequence that is safe in the log.
 */
export class DiscordGateway {
  private readonly closing = new AbortController();
  private readonly parts: GatewayParts;

  constructor(private readonly context: GatewayContext) {
    this.parts = new GatewayParts(context);
    new GatewayEvents(context, this.parts).listen();
  }

  /**
   * Requests the gateway's address and limits from Discord.
   * @throws AppError DISCORD.TOKEN_REFUSED; the abort reason when closed meanwhile
   */
  async open(): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.context.logger, pauses: DISCORD_PAUSES };
    const info = await retryForever(
      'requesting the gateway address from Discord',
      () => this.parts.info.load(),
      retry,
    );
    this.parts.budget.update(info.session_start_limit);
  }

  /**
   * Prepares for shards; resolves with the shard count.
   * @param countInUse the shard count of the other replicas, which `auto` adopts
   */
  async prepare(countInUse: number | undefined): Promise<number> {
    const { shards } = this.context.settings;
    const count = shards === 'auto' ? (countInUse ?? this.parts.info.recommendedShards) : shards;
    await this.parts.manager.updateShardCount(count);
    return count;
  }

  /** Connects a shard and keeps it connected; {@link statuses} has its state. */
  start(shardId: number): void {
    if (this.closing.signal.aborted) return;
    this.parts.statuses.add(shardId);
    this.parts.shards.start(shardId);
  }

  /** Closes a shard with a code after which the next owner can resume its session. */
  async stop(shardId: number): Promise<void> {
    await this.parts.shards.stop(shardId, 'Handing over');
    this.parts.statuses.remove(shardId);
  }

  /** Drops the traffic statistics of a shard that another replica owns now. */
  forget(shardId: number): void {
    this.parts.health.forget(shardId);
  }

  /** Gives up a shard's session on an operator's request: its next connection identifies. False when there is no session. */
  giveUpSession(shardId: number, by: string): boolean {
    if (!this.parts.resumes.giveUpSession(shardId, by)) return false;
    this.parts.shards.restart(shardId, 'session given up by hand');
    return true;
  }

  /** Closes all connections resumably, so that Discord buffers later events; they reconnect when the outbox has capacity again. */
  disconnectAll(): void {
    this.parts.shards.reconnectAll('more events than the log takes');
  }

  /** Pauses or resumes reading from Discord; TCP flow control delays later dispatches. */
  setReading(reading: boolean): void {
    this.parts.shards.setReading(reading);
  }

  /** Ends all connections, each as in {@link stop}. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.parts.shards.destroy({ reason: 'Handing over' });
    this.parts.rest.clearHandlerSweeper();
    this.parts.rest.clearHashSweeper();
  }

  /** Stops the watchdog that reconnects silent shards. */
  stopWatching(): void {
    this.parts.health.close();
  }

  get statuses(): [number, ShardStatus][] {
    return this.parts.statuses.all;
  }

  /** Why no shard may identify now; undefined while they may. */
  get identifyProblem(): string | undefined {
    return this.parts.budget.problem;
  }

  /** Whether Discord seems to withhold the content of messages. */
  get isContentWithheld(): boolean {
    return this.parts.health.isContentWithheld;
  }
}
