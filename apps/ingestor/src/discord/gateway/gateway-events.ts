import { WebSocketShardEvents } from '@discordjs/ws';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import { errorOfCloseCode } from './discord-errors.js';
import type { GatewayContext, GatewayParts } from './gateway-parts.js';

/** Passes the library's events of shards to the parts of the gateway and to its listener. */
export class GatewayEvents {
  constructor(
    private readonly context: GatewayContext,
    private readonly parts: GatewayParts,
  ) {}

  listen(): void {
    const { metrics, logger } = this.context;
    const { manager, connecting, statuses, resumes } = this.parts;
    manager
      .on(WebSocketShardEvents.Dispatch, ({ data, shardId }) => this.onDispatch(shardId, data))
      .on(WebSocketShardEvents.Hello, ({ shardId }) => this.onHello(shardId))
      .on(WebSocketShardEvents.Ready, ({ shardId }) => {
        metrics.identifies.inc();
        connecting.identified(shardId);
        statuses.apply(shardId, { type: 'connected' }, { resumed: false });
      })
      .on(WebSocketShardEvents.Resumed, ({ shardId }) => {
        metrics.resumes.inc();
        resumes.resumed(shardId);
        statuses.apply(shardId, { type: 'connected' }, { resumed: true });
      })
      .on(WebSocketShardEvents.Closed, ({ code, shardId }) => this.onClosed(shardId, code))
      .on(WebSocketShardEvents.Error, ({ error, shardId }) =>
        logger.warn({ err: error, shardId }, 'gateway error'),
      )
      .on(WebSocketShardEvents.Debug, ({ message, shardId }) => logger.debug({ shardId }, message));
  }

  private onDispatch(shardId: number, dispatch: RawDispatch): void {
    const { resumes, health, memberLists } = this.parts;
    const { ownership, listener } = this.context;
    resumes.dispatchReceived(shardId);
    if (ownership.mayOwn(shardId)) {
      health.dispatchReceived(shardId, dispatch);
      listener.onDispatch(shardId, dispatch);
    }
    memberLists?.onDispatch(shardId, dispatch);
  }

  private onHello(shardId: number): void {
    const { provider, resumes, statuses } = this.parts;
    const resuming = provider.canResume(shardId);
    if (resuming) resumes.resumeSent(shardId);
    const { resumeFrom } = this.context.stores.sessions.shard(shardId);
    statuses.apply(
      shardId,
      { type: 'hello', resuming },
      { sequence: resuming ? resumeFrom?.sequence : undefined },
    );
  }

  private onClosed(shardId: number, closeCode: number): void {
    const { shards, resumes, connecting, statuses } = this.parts;
    const { settings, listener } = this.context;
    const refusal = errorOfCloseCode(closeCode, settings.intents);
    const shard = shards.get(shardId);
    const final = refusal !== undefined || (shard?.retired.aborted ?? true);
    if (!final) {
      resumes.connectionClosed(shardId, closeCode);
      if (shard?.identifyRefused) connecting.identifyRefused(shardId, closeCode);
    }
    resumes.stopWaiting(shardId);
    statuses.apply(shardId, { type: 'closed', final }, { closeCode });
    if (refusal) listener.onRefused(refusal);
  }
}
