import {
  WebSocketShard,
  WebSocketShardDestroyRecovery,
  WebSocketShardStatus,
  type IContextFetchingStrategy,
  type WebSocketShardDestroyOptions,
} from '@discordjs/ws';
import { GatewayCloseCodes } from 'discord-api-types/v10';

/**
 * Whether Discord has ended the session. The library also asks for a new one after network errors and timeouts, in
 * which nobody said that the old one is gone; only op 9 (a destroy without a code) and close 4007 say so.
 */
export const isSessionOver = ({ code, recover }: WebSocketShardDestroyOptions): boolean =>
  recover === WebSocketShardDestroyRecovery.Reconnect &&
  (code === undefined || code === GatewayCloseCodes.InvalidSeq);

/** discord.js' shard, which keeps its session through everything but Discord's word that it is over. */
export class RelayShard extends WebSocketShard {
  private closing = false;

  constructor(
    strategy: IContextFetchingStrategy,
    id: number,
    private readonly onSessionOver: () => void,
  ) {
    super(strategy, id);
  }

  /** No socket is open or being opened: the session that is asked for now is for a new connection. */
  get idle(): boolean {
    return this.status === WebSocketShardStatus.Idle;
  }

  /** A second close while one is under way would make the library open two sockets, and throw. */
  override async destroy(options: WebSocketShardDestroyOptions = {}): Promise<void> {
    if (this.closing) return;
    if (isSessionOver(options)) this.onSessionOver();
    this.closing = !this.idle;
    await super.destroy(options);
    if (options.recover === undefined) this.closing = false;
  }

  /** The library is about to open a socket. */
  opening(): void {
    this.closing = false;
  }
}
