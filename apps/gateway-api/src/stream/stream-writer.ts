import type { EndCause } from '../metrics/stream-metrics.js';

/** Writes a stream to its client. */
export interface StreamWriter {
  readonly opened: boolean;
  /** Sends status and headers. `retryMs`: how long the client waits before it reconnects. */
  open(retryMs: number): void;
  /** Returns false when more is unsent than allowed. */
  write(text: string): boolean;
  /** @throws AppError when the client reads too slowly, or has disconnected */
  writeAndDrain(text: string): Promise<void>;
  end(finalText: string, cause: EndCause): void;
  disconnectSlow(): void;
  /** Everything of the guild up to `seq` was sent. */
  setPosition(seq: number): void;
  /** As {@link setPosition}; returns the cursor for `id:`, undefined while there is none to resume from. */
  cursorAt(seq: number): string | undefined;
}

/** Callbacks of a guild's stream to the stream of several guilds that it is a part of. */
export interface PartListener {
  setPosition(seq: number): void;
  cursor(): string | undefined;
  /** Access to the guild is lost. */
  guildLost(): void;
  ended(finalText: string, cause: EndCause): void;
  disconnectSlow(): void;
}

/**
 * Lets the stream of one guild write to the stream of several guilds: losing access to one guild does not end the others.
 */
export class GuildStreamWriter implements StreamWriter {
  constructor(
    private readonly shared: StreamWriter,
    private readonly listener: PartListener,
  ) {}

  get opened(): boolean {
    return this.shared.opened;
  }

  open(retryMs: number): void {
    if (!this.opened) this.shared.open(retryMs);
  }

  write(text: string): boolean {
    return this.shared.write(text);
  }

  writeAndDrain(text: string): Promise<void> {
    return this.shared.writeAndDrain(text);
  }

  end(finalText: string, cause: EndCause): void {
    if (cause === 'access_lost') this.listener.guildLost();
    else this.listener.ended(finalText, cause);
  }

  disconnectSlow(): void {
    this.listener.disconnectSlow();
  }

  setPosition(seq: number): void {
    this.listener.setPosition(seq);
  }

  cursorAt(seq: number): string | undefined {
    this.setPosition(seq);
    return this.listener.cursor();
  }
}
