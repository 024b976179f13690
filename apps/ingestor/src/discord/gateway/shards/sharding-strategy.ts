import { Collection } from '@discordjs/collection';
import {
  CloseCodes,
  managerToFetchingStrategyOptions,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
  WebSocketShardStatus,
  type FetchingStrategyOptions,
  type IContextFetchingStrategy,
  type IIdentifyThrottler,
  type IShardingStrategy,
  type SessionInfo,
  type WebSocketManager,
  type WebSocketShardDestroyOptions,
} from '@discordjs/ws';
import type { GatewaySendPayload } from 'discord-api-types/v10';
import { RelayShard } from './relay-shard.js';

/** The part of the gateway that shards use. */
export interface ShardHost {
  /** Called before a socket is opened and whenever the library looks up its session. */
  retrieveSession(shard: RelayShard): SessionInfo | null | Promise<SessionInfo | null>;
  adoptSession(shard: RelayShard, info: SessionInfo | null): void;
  onSessionInvalidated(shardId: number): void;
  readonly throttler: IIdentifyThrottler;
}

/** As the library's simple strategy (shards in this process), but each shard starts and stops separately. */
export class RelayShardingStrategy implements IShardingStrategy {
  private readonly shards = new Collection<number, RelayShard>();
  private options!: FetchingStrategyOptions;

  constructor(
    private readonly manager: WebSocketManager,
    private readonly host: ShardHost,
  ) {}

  get(shardId: number): RelayShard | undefined {
    return this.shards.get(shardId);
  }

  /** Prepares for shards; {@link start} creates one. */
  async spawn(): Promise<void> {
    this.options = await managerToFetchingStrategyOptions(this.manager);
  }

  /** Connects a shard. Failures are reported as events, and the shard keeps trying. */
  start(shardId: number): void {
    const shard: RelayShard = new RelayShard(
      this.contextOf(() => shard),
      shardId,
      () => this.host.onSessionInvalidated(shardId),
    );
    this.forwardEvents(shard);
    this.shards.set(shardId, shard);
    void shard.connect().catch(() => undefined);
  }

  /** Closes a shard's connection so that its session can be resumed, here or elsewhere. */
  async stop(shardId: number, reason: string): Promise<void> {
    const shard = this.shards.get(shardId);
    if (!shard) return;
    await shard.retire(reason);
    if (this.shards.get(shardId) === shard) this.shards.delete(shardId);
  }

  async connect(): Promise<void> {
    for (const shardId of await this.manager.getShardIds()) this.start(shardId);
  }

  async destroy({
    reason = 'Going away',
  }: Omit<WebSocketShardDestroyOptions, 'recover'> = {}): Promise<void> {
    await Promise.all(this.shards.map((shard) => this.stop(shard.id, reason)));
  }

  /** Closes every open connection resumably; each shard reconnects as soon as it is allowed to. */
  reconnectAll(reason: string): void {
    for (const shardId of this.shards.keys()) this.reconnect(shardId, reason);
  }

  /** Pauses or resumes reading from every open socket. */
  setReading(reading: boolean): void {
    for (const shard of this.shards.values()) shard.setReading(reading);
  }

  /** As {@link reconnectAll}, for one shard. False when it is not connected. */
  reconnect(shardId: number, reason: string): boolean {
    const shard = this.shards.get(shardId);
    if (shard?.status !== WebSocketShardStatus.Ready) return false;
    void shard.destroy({
      reason,
      code: CloseCodes.Resuming,
      recover: WebSocketShardDestroyRecovery.Resume,
    });
    return true;
  }

  /** Closes a connection whose RESUME is unanswered; the shard tries again. */
  abandonResume(shardId: number, reason: string): void {
    const shard = this.shards.get(shardId);
    if (shard?.status !== WebSocketShardStatus.Resuming) return;
    const recover = WebSocketShardDestroyRecovery.Resume;
    void shard.destroy({ reason, code: CloseCodes.Resuming, recover });
  }

  /** Closes a shard's connection in any state; it connects again. False when there is none. */
  restart(shardId: number, reason: string): boolean {
    const shard = this.shards.get(shardId);
    if (!shard || shard.idle) return false;
    void shard.destroy({ reason, code: CloseCodes.Resuming, recover: WebSocketShardDestroyRecovery.Resume });
    return true;
  }

  async send(shardId: number, payload: GatewaySendPayload): Promise<void> {
    const shard = this.shards.get(shardId);
    if (!shard) throw new RangeError(`no shard ${shardId}`);
    await shard.send(payload);
  }

  async fetchStatus(): Promise<Collection<number, WebSocketShardStatus>> {
    return this.shards.mapValues((shard) => shard.status);
  }

  /** Bound to the shard object: a retired shard must not act for its successor with the same number. */
  private contextOf(shard: () => RelayShard): IContextFetchingStrategy {
    const { host, options } = this;
    return {
      options,
      retrieveSessionInfo: () => host.retrieveSession(shard()),
      updateSessionInfo: (_, info) => {
        if (!shard().retired.aborted) host.adoptSession(shard(), info);
      },
      waitForIdentify: async (shardId, signal) => {
        const either = AbortSignal.any([signal, shard().retired]);
        await shard().identifyAfter(host.throttler.waitForIdentify(shardId, either));
      },
    };
  }

  private forwardEvents(shard: RelayShard): void {
    const shardId = shard.id;
    const { manager } = this;
    shard
      .on(WebSocketShardEvents.Dispatch, (payload) => {
        if (!shard.retired.aborted) manager.emit(WebSocketShardEvents.Dispatch, { ...payload, shardId });
      })
      .on(WebSocketShardEvents.Hello, () => manager.emit(WebSocketShardEvents.Hello, { shardId }))
      .on(WebSocketShardEvents.Ready, (payload) =>
        manager.emit(WebSocketShardEvents.Ready, { ...payload, shardId }),
      )
      .on(WebSocketShardEvents.Resumed, () => manager.emit(WebSocketShardEvents.Resumed, { shardId }))
      .on(WebSocketShardEvents.Closed, (payload) =>
        manager.emit(WebSocketShardEvents.Closed, { ...payload, shardId }),
      )
      .on(WebSocketShardEvents.Error, (payload) =>
        manager.emit(WebSocketShardEvents.Error, { ...payload, shardId }),
      )
      .on(WebSocketShardEvents.Debug, (payload) =>
        manager.emit(WebSocketShardEvents.Debug, { ...payload, shardId }),
      );
  }
}
