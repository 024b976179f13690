export interface BatchLimits {
  maxEvents: number;
  maxBytes: number;
}

interface Sized {
  sizeBytes: number;
}

/**
 * The queue between the log and the transaction: what arrives while one batch is committed becomes the next batch. There is no
 * timer, so a single event is returned at once. The buffer is bounded and blocks producers while it is full.
 */
export class BatchBuffer<T extends Sized> {
  private items: T[] = [];
  private bytes = 0;
  private closed = false;
  private onArrival: (() => void) | undefined;
  private onSpace: (() => void) | undefined;

  constructor(private readonly limits: BatchLimits) {}

  /** Adds an item. Returns a promise for free space, or undefined if there is space. Drops the item after {@link close}. */
  put(item: T): Promise<void> | undefined {
    if (this.closed) return undefined;
    this.items.push(item);
    this.bytes += item.sizeBytes;
    this.onArrival?.();
    if (this.items.length < this.limits.maxEvents && this.bytes < this.limits.maxBytes) return undefined;
    return new Promise((resolve) => (this.onSpace = resolve));
  }

  /** Resolves to at least one item, or to null when the buffer is closed. An item over the byte limit is returned alone. */
  async nextBatch(): Promise<T[] | null> {
    if (this.items.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => (this.onArrival = resolve));
      this.onArrival = undefined;
    }
    if (this.closed) return null;
    const batch = this.items.splice(0, this.countWithinLimits());
    for (const item of batch) this.bytes -= item.sizeBytes;
    this.unblockProducer();
    return batch;
  }

  /** Drops the remaining items; the log still has them. */
  close(): void {
    this.closed = true;
    this.items = [];
    this.onArrival?.();
    this.unblockProducer();
  }

  private countWithinLimits(): number {
    let bytes = 0;
    const over = this.items.findIndex((item, i) => {
      bytes += item.sizeBytes;
      return i > 0 && (i >= this.limits.maxEvents || bytes > this.limits.maxBytes);
    });
    return over === -1 ? this.items.length : over;
  }

  private unblockProducer(): void {
    this.onSpace?.();
    this.onSpace = undefined;
  }
}
