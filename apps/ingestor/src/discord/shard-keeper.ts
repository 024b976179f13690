import { setTimeout as sleep } from 'node:timers/promises';
import type { AppError } from '@discord-relay/contracts';
import { type CheckResult, KeyedTaskQueue, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/metrics.js';
import type { RawDispatch } from '../normalize/events/normalize-result.js';
import { retryForever } from '../support/retry-forever.js';
import { ContentCheck } from './watch/content-check.js';
import { DiscordGateway, type GatewayListener, type GatewaySettings } from './gateway/discord-gateway.js';
import type { LeaseStanding, LeaseTable } from './leases/lease-table.js';
import type { SessionStore } from './sessions/session-store.js';
import type { ShardCondition } from './gateway/shard-state.js';
import { ShardLeases, type LeaseTimes } from './leases/shard-leases.js';
import { SilenceWatchdog } from './watch/silence-watchdog.js';

/** How long a shard that moves waits for its events to be acknowledged; the next owner has the rest sent again. */
const SETTLE_LIMIT_MS = 3_000;
const SETTLE_POLL_MS = 10;

export interface KeeperSettings extends GatewaySettings, LeaseTimes {
  watchdogMinSilenceMs: number;
}

/** Who takes what the shards bring. Its methods do not throw. */
export interface KeeperListener extends Pick<GatewayListener, 'onDispatch' | 'onSessionBegun'> {
  /** The shard is not ours any more. */
  onReleased(shardId: number): void;
  /** Discord has refused us for a reason that only an operator can remove. */
  onRefused(error: AppError): void;
  /** Resolves when there is room for more dispatches. */
  whenRoom(): Promise<void>;
}

/** Keeps exactly the shards connected that this replica holds the leases of, and hands each over without a gap. */
export class ShardKeeper {
  private readonly closing = new AbortController();
  private readonly gateway: DiscordGateway;
  private readonly leases: ShardLeases;
  private readonly watchdog: SilenceWatchdog;
  private readonly content = new ContentCheck();
  /** What is under way for a shard: taking it and giving it up must not overlap. */
  private readonly tasks = new KeyedTaskQueue<number>();
  private joined = false;

  constructor(
    settings: KeeperSettings,
    private readonly table: LeaseTable,
    private readonly sessions: SessionStore,
    private readonly listener: KeeperListener,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    const gatewayListener: GatewayListener = {
      onDispatch: (shardId, dispatch) => this.onDispatch(shardId, dispatch),
      onSessionBegun: (shardId, begun, lost) => listener.onSessionBegun(shardId, begun, lost),
      onRefused: (error) => listener.onRefused(error),
      whenWelcome: async (shardId, signal) => {
        await listener.whenRoom();
        await this.leases.whenHeld(shardId, signal);
      },
    };
    this.gateway = new DiscordGateway(settings, sessions, table, gatewayListener, metrics, logger);
    this.leases = this.leasesOf(settings);
    sessions.whenFenced((shardId) => this.enqueue(shardId, () => this.giveUp(shardId)));
    const reconnect = (shardId: number, reason: string) => this.gateway.reconnect(shardId, reason);
    this.watchdog = new SilenceWatchdog(settings.watchdogMinSilenceMs, reconnect, metrics, logger);
  }

  /**
   * Resolves when this replica shares the shards with the others.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.logger };
    await retryForever('reading leases', () => this.table.follow(() => this.leases.changed()), retry);
    await this.gateway.open();
    const join = () => this.leases.join((inUse) => this.gateway.prepare(inUse));
    await retryForever('joining the other replicas', join, retry);
    this.joined = true;
  }

  /** Closes every connection resumably; the leases stay until {@link release}. */
  async close(): Promise<void> {
    this.closing.abort();
    this.watchdog.close();
    if (this.joined) await this.attempt('leaving the other replicas', () => this.leases.leave());
    await this.gateway.close();
    await this.tasks.whenIdle();
    await Promise.all(this.leases.held.map((shardId) => this.whenStored(shardId)));
  }

  /** Gives the shards to the others, when all that this process knows of them is stored. */
  async release(): Promise<void> {
    await this.attempt('giving back shard leases', () => this.leases.releaseAll());
    this.leases.close();
  }

  /** Drops the connections so that Discord keeps what follows; they come back when there is room. */
  holdOff(): void {
    this.gateway.holdOff();
  }

  /** Stops reading from Discord for a moment, or goes on: TCP holds what comes. */
  setReading(reading: boolean): void {
    this.gateway.setReading(reading);
  }

  /** Gives a shard's session up by hand. False when there is none. */
  giveUpSession(shardId: number, by: string): boolean {
    return this.gateway.giveUpSession(shardId, by);
  }

  /** Whether events of the shard may be published: only while nobody else can have it. */
  standing(shardId: number): LeaseStanding {
    return this.leases.standing(shardId);
  }

  get conditions(): [number, ShardCondition][] {
    return this.gateway.conditions;
  }

  /** Shards that no replica has. */
  get unowned(): number[] {
    return this.leases.unowned;
  }

  /** Replicas that share the shards at present. */
  get replicas(): string[] {
    return this.leases.replicas;
  }

  get check(): CheckResult {
    if (!this.joined) return { ok: false, detail: 'not asked yet: check DISCORD_API_URL if this stays' };
    const problem = this.gateway.identifyProblem;
    const unowned = this.unowned.map((shardId) => `shard ${shardId} has no owner`);
    const detail = [...(problem ? [problem] : []), ...this.unready(), ...unowned].join(', ');
    if (detail !== '') return { ok: false, detail };
    return this.content.suspect ? { ok: true, detail: 'MESSAGE_CONTENT seems not granted' } : { ok: true };
  }

  /** What keeps each shard of this replica from being safe: ready says that a crash from now on loses nothing. */
  private unready(): string[] {
    const states = new Map(this.conditions.map(([shardId, { state }]) => [shardId, state]));
    // A shard whose lease was taken just now has no condition yet.
    for (const shardId of this.leases.held) if (!states.has(shardId)) states.set(shardId, 'DISCONNECTED');
    return [...states].flatMap(([shardId, state]) => {
      if (state !== 'CONNECTED') return `shard ${shardId} ${state}`;
      return this.sessions.isStored(shardId) ? [] : `shard ${shardId}: its session is not stored yet`;
    });
  }

  private onDispatch(shardId: number, dispatch: RawDispatch): void {
    if (this.standing(shardId) === 'lost') return;
    this.watchdog.heard(shardId, dispatch.t);
    if (dispatch.t === 'MESSAGE_CREATE') this.checkContent(dispatch.d);
    this.listener.onDispatch(shardId, dispatch);
  }

  private checkContent(data: unknown): void {
    if (this.content.see(data))
      this.logger.warn(
        'people write and nothing of it arrives: MESSAGE_CONTENT seems not granted; enable “Message Content” in the developer portal and have it in DISCORD_INTENTS',
      );
    this.metrics.contentMissing.set(this.content.suspect ? 1 : 0);
  }

  private leasesOf(times: LeaseTimes): ShardLeases {
    const listener = {
      onAcquired: (shardId: number) => this.enqueue(shardId, () => this.takeUp(shardId)),
      onSurplus: (shardId: number) => this.enqueue(shardId, () => this.handOver(shardId)),
      onLost: (shardId: number) => this.enqueue(shardId, () => this.drop(shardId, 'lost')),
    };
    return new ShardLeases(this.table, times, listener, this.logger);
  }

  private async takeUp(shardId: number): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.logger };
    await retryForever('reading a stored session', () => this.sessions.load(shardId), retry);
    if (this.standing(shardId) === 'lost') return;
    this.metrics.leaseChanges.inc({ change: 'taken' });
    this.gateway.start(shardId);
  }

  private async handOver(shardId: number): Promise<void> {
    await this.gateway.stop(shardId);
    await this.settled(shardId);
    await this.whenStored(shardId);
    await this.attempt('storing a session', () => this.sessions.flush());
    await this.drop(shardId, 'handed over');
    await this.attempt('giving back a shard lease', () => this.leases.release(shardId));
  }

  private async giveUp(shardId: number): Promise<void> {
    await this.drop(shardId, 'lost');
    await this.attempt('giving back a shard lease', () => this.leases.release(shardId));
  }

  private async drop(shardId: number, change: 'lost' | 'handed over'): Promise<void> {
    await this.gateway.stop(shardId);
    this.listener.onReleased(shardId);
    this.sessions.forget(shardId);
    this.watchdog.forget(shardId);
    this.metrics.leaseChanges.inc({ change });
  }

  private async settled(shardId: number): Promise<void> {
    const deadline = performance.now() + SETTLE_LIMIT_MS;
    const { current } = this.sessions.shard(shardId);
    while (current && !current.tracker.idle && performance.now() < deadline) await sleep(SETTLE_POLL_MS);
  }

  /** A session that began just now is kept back until its gap is stored; lost before, it would have to begin again. */
  private async whenStored(shardId: number): Promise<void> {
    const deadline = performance.now() + SETTLE_LIMIT_MS;
    const { current } = this.sessions.shard(shardId);
    while (current && !this.sessions.isStored(shardId) && performance.now() < deadline)
      await sleep(SETTLE_POLL_MS);
  }

  private enqueue(shardId: number, task: () => Promise<void>): void {
    void this.tasks.run(shardId, () => this.attempt('moving a shard', task));
  }

  private async attempt(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!this.closing.signal.aborted || error !== this.closing.signal.reason)
        this.logger.warn({ err: error }, `${what} failed`);
    }
  }
}
