/** A numbered dispatch of one session; `head` and `d` are shared with other sessions. */
export interface SentDispatch {
  seq: number;
  head: string;
  d: string;
}

/** The newest dispatches of a session without gaps, limited by count and by size. */
export class ReplayBuffer {
  private items: SentDispatch[] = [];
  private start = 0;
  private bufferedBytes = 0;

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes: number,
  ) {}

  get size(): number {
    return this.items.length - this.start;
  }

  push(item: SentDispatch): void {
    this.items.push(item);
    this.bufferedBytes += item.d.length;
    while (this.size > this.maxEvents || (this.bufferedBytes > this.maxBytes && this.size > 0))
      this.dropOldest();
    if (this.start > 1024 && this.start > this.items.length / 2) this.compact();
  }

  /** The dispatch with number `seq`; undefined if it is no longer stored or not sent yet. */
  get(seq: number): SentDispatch | undefined {
    const first = this.items[this.start];
    return first === undefined || seq < first.seq ? undefined : this.items[this.start + seq - first.seq];
  }

  private dropOldest(): void {
    this.bufferedBytes -= this.items[this.start]?.d.length ?? 0;
    this.start += 1;
  }

  private compact(): void {
    this.items = this.items.slice(this.start);
    this.start = 0;
  }
}

export function textFrameOf({ seq, head, d }: SentDispatch): string {
  return `${head}${seq},"d":${d}}`;
}
