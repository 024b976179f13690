import { Collection } from '@discordjs/collection';
import {
  CloseCodes,
  managerToFetchingStrategyOptions,
  SimpleContextFetchingStrategy,
  WebSocketShardDestroyRecovery,
  WebSocketShardEvents,
  WebSocketShardStatus,
  type IShardingStrategy,
  type WebSocketManager,
  type WebSocketShardDestroyOptions,
} from '@discordjs/ws';
import type { GatewaySendPayload } from 'discord-api-types/v10';
import { RelayShard } from './relay-shard.js';

/** discord.js' simple strategy (all shards in this process) with a hand on the single shard. */
export class ShardSet implements IShardingStrategy {
  private readonly shards = new Collection<number, RelayShard>();

  constructor(
    private readonly manager: WebSocketManager,
    private readonly onSessionOver: (shardId: number) => void,
  ) {}

  get(shardId: number): RelayShard | undefined {
    return this.shards.get(shardId);
  }

  async spawn(shardIds: number[]): Promise<void> {
    const options = await managerToFetchingStrategyOptions(this.manager);
    for (const shardId of shardIds) {
      const context = new SimpleContextFetchingStrategy(this.manager, options);
      const shard = new RelayShard(context, shardId, () => this.onSessionOver(shardId));
      this.forwardEvents(shard);
      this.shards.set(shardId, shard);
    }
  }

  /** Resolves when every shard has been connected or has failed once: failures come as events, and it goes on. */
  async connect(): Promise<void> {
    await Promise.allSettled(this.shards.map((shard) => shard.connect()));
  }

  async destroy(options?: Omit<WebSocketShardDestroyOptions, 'recover'>): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.destroy({ ...options })));
    this.shards.clear();
  }

  /** Closes every open connection resumably; each shard reconnects as soon as it is allowed to. */
  cycle(reason: string): void {
    for (const shard of this.shards.values()) {
      if (shard.status !== WebSocketShardStatus.Ready) continue;
      void shard.destroy({
        reason,
        code: CloseCodes.Resuming,
        recover: WebSocketShardDestroyRecovery.Resume,
      });
    }
  }

  async send(shardId: number, payload: GatewaySendPayload): Promise<void> {
    const shard = this.shards.get(shardId);
    if (!shard) throw new RangeError(`no shard ${shardId}`);
    await shard.send(payload);
  }

  async fetchStatus(): Promise<Collection<number, WebSocketShardStatus>> {
    return this.shards.mapValues((shard) => shard.status);
  }

  private forwardEvents(shard: RelayShard): void {
    const shardId = shard.id;
    const { manager } = this;
    shard
      .on(WebSocketShardEvents.Dispatch, (payload) =>
        manager.emit(WebSocketShardEvents.Dispatch, { ...payload, shardId }),
      )
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
