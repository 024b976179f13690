import { hash } from 'node:crypto';

const FIRST_SLOTS = 1_024;

/** The ids of events, as hashes of 64 bits: memory for each is 16 to 32 bytes. */
export class KnownEvents {
  private high = new Uint32Array(FIRST_SLOTS);
  private low = new Uint32Array(FIRST_SLOTS);
  private used = 0;

  get size(): number {
    return this.used;
  }

  add(eventId: string): void {
    if (this.used * 2 >= this.high.length) this.grow();
    const [high, low] = hashOf(eventId);
    this.insert(high, low);
  }

  has(eventId: string): boolean {
    if (this.used === 0) return false;
    const [high, low] = hashOf(eventId);
    return this.high[this.slotOf(high, low)] !== 0;
  }

  private insert(high: number, low: number): void {
    const slot = this.slotOf(high, low);
    if (this.high[slot] !== 0) return;
    this.high[slot] = high;
    this.low[slot] = low;
    this.used += 1;
  }

  /** The slot with these values, or the empty one that they belong into. */
  private slotOf(high: number, low: number): number {
    const { length } = this.high;
    let slot = low % length;
    while (this.high[slot] !== 0 && !(this.high[slot] === high && this.low[slot] === low))
      slot = (slot + 1) % length;
    return slot;
  }

  private grow(): void {
    const { high, low } = this;
    this.high = new Uint32Array(high.length * 2);
    this.low = new Uint32Array(high.length * 2);
    this.used = 0;
    for (let i = 0; i < high.length; i++) if (high[i] !== 0) this.insert(high[i]!, low[i]!);
  }
}

/** The first half is never 0, which means "empty". */
function hashOf(eventId: string): [high: number, low: number] {
  const digest = hash('sha1', eventId, 'buffer');
  return [digest.readUInt32BE(0) || 1, digest.readUInt32BE(4)];
}
