import type { EndCause } from '../metrics/stream-metrics.js';

/** Where a stream writes to. */
export interface StreamOutlet {
  readonly opened: boolean;
  /** From here on nothing can be told by a status any more. `retryMs`: how long a client waits before it comes back. */
  open(retryMs: number): void;
  /** Returns false when the client is farther behind than it may be. */
  write(text: string): boolean;
  /** @throws AppError when the client reads too slowly, or is gone */
  writeOut(text: string): Promise<void>;
  end(lastWords: string, cause: EndCause): void;
  cut(): void;
  /** Everything of the guild up to `seq` was told. */
  moveTo(seq: number): void;
  /** As {@link moveTo}; returns what `id:` is then, undefined when there is no cursor to go on from yet. */
  cursorAt(seq: number): string | undefined;
}

/** What the stream of one guild tells the stream that it is a part of. */
export interface PartListener {
  moveTo(seq: number): void;
  cursor(): string | undefined;
  /** The guild may not be seen any more. */
  lost(): void;
  ended(lastWords: string, cause: EndCause): void;
  cut(): void;
}

/** The outlet of a stream of several guilds, as one of them uses it: losing a guild does not end the others. */
export class GuildOutlet implements StreamOutlet {
  constructor(
    private readonly shared: StreamOutlet,
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

  writeOut(text: string): Promise<void> {
    return this.shared.writeOut(text);
  }

  end(lastWords: string, cause: EndCause): void {
    if (cause === 'access_lost') this.listener.lost();
    else this.listener.ended(lastWords, cause);
  }

  cut(): void {
    this.listener.cut();
  }

  moveTo(seq: number): void {
    this.listener.moveTo(seq);
  }

  cursorAt(seq: number): string | undefined {
    this.moveTo(seq);
    return this.listener.cursor();
  }
}
