/** The queue is compacted once this many entries at its front are finished. */
const COMPACT_AT = 4_096;

/** An item's place in the window. */
export interface Slot<T> {
  readonly item: T;
  state: 'waiting' | 'in flight' | 'finished';
}

/**
 * An ordered queue with a window of items in flight (go-back-N): items are taken in order and finish in any order;
 * after `rewind`, everything unfinished is taken again, in order.
 */
export class SendWindow<T extends { readonly bytes: number }> {
  private slots: Slot<T>[] = [];
  /** Index of the oldest unfinished slot. */
  private head = 0;
  /** Index from which slots are taken. */
  private next = 0;
  private takenItems = 0;
  private takenBytes = 0;
  private unfinished = 0;
  private unfinishedBytes = 0;
  private limit: number;

  constructor(
    private readonly maxItems: number,
    private readonly maxBytes: number,
  ) {
    this.limit = maxItems;
  }

  /** Number of unfinished items. */
  get length(): number {
    return this.unfinished;
  }

  /** Size of the unfinished items in bytes. */
  get bytes(): number {
    return this.unfinishedBytes;
  }

  get inFlight(): number {
    return this.takenItems;
  }

  get oldest(): T | undefined {
    return this.slots[this.head]?.item;
  }

  /** Unfinished items, in order. */
  remaining(): Slot<T>[] {
    return this.slots.slice(this.head).filter(({ state }) => state !== 'finished');
  }

  push(item: T): void {
    this.slots.push({ item, state: 'waiting' });
    this.unfinished++;
    this.unfinishedBytes += item.bytes;
  }

  /** The next item to send; undefined when there is none or the window is full. A single item always fits. */
  peek(): Slot<T> | undefined {
    while (this.slots[this.next]?.state === 'finished') this.next++;
    const slot = this.slots[this.next];
    return slot && !this.isFullFor(slot.item) ? slot : undefined;
  }

  /** As {@link peek}, and marks the item as in flight. */
  takeNext(): Slot<T> | undefined {
    const slot = this.peek();
    if (!slot) return undefined;
    this.next++;
    this.enter(slot);
    return slot;
  }

  /** Marks an item as finished. False when an earlier attempt has finished it already. */
  finish(slot: Slot<T>): boolean {
    if (slot.state === 'finished') return false;
    if (slot.state === 'in flight') this.leave(slot);
    slot.state = 'finished';
    this.unfinished--;
    this.unfinishedBytes -= slot.item.bytes;
    this.dropFinishedFront();
    return true;
  }

  /** Narrows the window to one item, because the items after a rejected one must not be stored before it. */
  narrow(): void {
    this.limit = 1;
  }

  /** Doubles the window, up to its maximum. */
  widen(): void {
    this.limit = Math.min(this.maxItems, this.limit * 2);
  }

  rewind(): void {
    for (const slot of this.slots.slice(this.head, this.next)) {
      if (slot.state === 'in flight') this.leave(slot);
    }
    this.next = this.head;
  }

  private isFullFor(item: T): boolean {
    if (this.takenItems === 0) return false;
    return this.takenItems >= this.limit || this.takenBytes + item.bytes > this.maxBytes;
  }

  private enter(slot: Slot<T>): void {
    slot.state = 'in flight';
    this.takenItems++;
    this.takenBytes += slot.item.bytes;
  }

  private leave(slot: Slot<T>): void {
    slot.state = 'waiting';
    this.takenItems--;
    this.takenBytes -= slot.item.bytes;
  }

  private dropFinishedFront(): void {
    while (this.slots[this.head]?.state === 'finished') this.head++;
    this.next = Math.max(this.next, this.head);
    if (this.head < COMPACT_AT) return;
    this.slots = this.slots.slice(this.head);
    this.next -= this.head;
    this.head = 0;
  }
}
