import type { QueueUpdate, Snowflake } from '@discord-relay/contracts/wire';
import type { Connection } from '../connection/connection.js';
import { Emitter } from '../emitter.js';
import { mayWorkLater, RelayError } from '../relay-error.js';

export interface QueueEvents {
  /** Entries as they are now; with `reload`, read the whole queue again. */
  update: (update: QueueUpdate) => void;
  /** Whether live updates arrive. */
  live: (live: boolean) => void;
  /** The queue may not be subscribed to. */
  refused: (error: RelayError) => void;
}

/**
 * The support queue of a guild. After every connection there is an `update` with `reload`: read the queue then, with
 * `get('/api/v1/guilds/<id>/queue')`.
 */
export class QueueFeed extends Emitter<QueueEvents> {
  private subscribed = false;
  /** Counts attempts; the answer to an earlier attempt is ignored. */
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @internal */
  constructor(
    readonly guildId: Snowflake,
    private readonly connection: Connection,
  ) {
    super();
  }

  /** Follows the queue until `leave()`, across reconnections. */
  join(): void {
    this.subscribed = true;
    this.resume();
  }

  leave(): void {
    this.subscribed = false;
    this.suspend();
    if (this.connection.connected)
      this.connection.socket.emit('unsubscribe_queue', { guildId: this.guildId });
  }

  /** @internal */
  resume(): void {
    if (this.subscribed && this.connection.connected) void this.sendSubscribe(0);
  }

  /** @internal */
  suspend(): void {
    this.attempts += 1;
    clearTimeout(this.timer);
    this.emit('live', false);
  }

  /** @internal */
  receive(update: QueueUpdate): void {
    if (this.subscribed) this.emit('update', update);
  }

  private async sendSubscribe(failures: number): Promise<void> {
    this.suspend();
    const attempt = this.attempts;
    const { guildId } = this;
    const answer = await this.connection.request((socket) =>
      socket.emitWithAck('subscribe_queue', { guildId }),
    );
    if (attempt !== this.attempts) return;
    if (answer.ok) {
      this.emit('live', true);
      this.emit('update', { guildId, entries: [], reload: true, seq: answer.seq });
    } else if (mayWorkLater(answer.error)) {
      this.timer = setTimeout(
        () => void this.sendSubscribe(failures + 1),
        this.connection.retryDelayMs(failures),
      );
    } else {
      this.subscribed = false;
      this.emit('refused', new RelayError(answer.error));
    }
  }
}
