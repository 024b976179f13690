export interface InboxLimits {
  maxEvents: number;
  maxBytes: number;
}

interface Sized {
  sizeBytes: number;
}

/**
 * Between the log and the transaction: whatever arrives while one batch is being committed is the next batch. There
 * is no timer, so a lone event is taken at once. Bounded: who puts has to wait while it is full.
 */
export class Inbox<T extends Sized> {
  private items: T[] = [];
  private bytes = 0;
  private closed = false;
  private arrived: (() => void) | undefined;
  private drained: (() => void) | undefined;

  constructor(private readonly limits: InboxLimits) {}

  /** Resolves when there is room for more; after {@link close} the item is dropped. */
  put(item: T): Promise<void> | undefined {
    if (this.closed) return undefined;
    this.items.push(item);
    this.bytes += item.sizeBytes;
    this.arrived?.();
    if (this.items.length < this.limits.maxEvents && this.bytes < this.limits.maxBytes) return undefined;
    return new Promise((resolve) => (this.drained = resolve));
  }

  /** The next batch, at least one item; null when closed. An item over the byte limit is a batch of its own. */
  async take(): Promise<T[] | null> {
    if (this.items.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => (this.arrived = resolve));
      this.arrived = undefined;
    }
    if (this.closed) return null;
    const batch = this.items.splice(0, this.countWithinLimits());
    for (const item of batch) this.bytes -= item.sizeBytes;
    this.release();
    return batch;
  }

  /** Drops what is not taken: the log still has it. */
  close(): void {
    this.closed = true;
    this.items = [];
    this.arrived?.();
    this.release();
  }

  private countWithinLimits(): number {
    let bytes = 0;
    const over = this.items.findIndex((item, i) => {
      bytes += item.sizeBytes;
      return i > 0 && (i >= this.limits.maxEvents || bytes > this.limits.maxBytes);
    });
    return over === -1 ? this.items.length : over;
  }

  private release(): void {
    this.drained?.();
    this.drained = undefined;
  }
}
