import type { EndCause } from '../metrics/stream-metrics.js';

/** Where a stream writes to. */
export interface StreamWriter {
  readonly opened: boolean;
  /** From here on nothing can be told by a status any more. `retryMs`: how long a client waits before it comes back. */
  open(retryMs: number): void;
  /** Returns false when the client is farther behind than it may be. */
  write(text: string): boolean;
  /** @throws AppError when the client reads too slowly, or is gone */
  writeAndDrain(text: string): Promise<void>;
  end(lastWords: string, cause: EndCause): void;
  disconnectSlow(): void;
  /** Everything of the guild up to `seq` was told. */
  setPosition(seq: number): void;
  /** As {@link moveTo}; returns what `id:` is then, undefined when there is no cursor to go on from yet. */
  cursorAt(seq: number): string | undefined;
}

/** What the stream of one guild tells the stream that it is a part of. */
export interface PartListener {
  setPosition(seq: number): void;
  cursor(): string | undefined;
  /** The guild may not be seen any more. */
  guildLost(): void;
  ended(lastWords: string, cause: EndCause): void;
  disconnectSlow(): void;
}

/** The writer of a stream of several guilds, as one of them uses it: losing a guild does not end the others. */
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

  end(lastWords: string, cause: EndCause): void {
    if (cause === 'access_lost') this.listener.guildLost();
    else this.listener.ended(lastWords, cause);
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
