import type { MessageRecord } from './records.js';
import { compareSnowflakes, type Snowflake } from './snowflakes.js';

/** The requested messages of a channel; at most one of the three anchors is set. */
export interface PageQuery {
  after?: Snowflake;
  before?: Snowflake;
  around?: Snowflake;
  /** 1 to 100. */
  limit: number;
}

// Removing one message at a time would move the whole array for each new message of a full channel.
const TRIM_SLACK = 256;

/** The messages of one channel, oldest first, limited in number. */
export class ChannelHistory {
  private messages: MessageRecord[] = [];
  private cut = 0;

  /** @param capacity number of stored messages; up to 256 more may stay until the next removal. */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.messages.length;
  }

  /** How many of the oldest messages were removed because of the capacity. */
  get forgotten(): number {
    return this.cut;
  }

  /** Counts messages that an earlier run removed. */
  addForgotten(count: number): void {
    this.cut += count;
  }

  /** Adds a message, or replaces the one with the same id. Cheapest at the newest end. */
  put(message: MessageRecord): void {
    const index = this.lowerBound(message.id);
    if (this.messages[index]?.id === message.id) this.messages[index] = message;
    else if (index === this.messages.length) this.messages.push(message);
    else this.messages.splice(index, 0, message);
    this.trim();
  }

  get(id: Snowflake): MessageRecord | undefined {
    const found = this.messages[this.lowerBound(id)];
    return found?.id === id ? found : undefined;
  }

  /** Returns whether there was such a message. */
  delete(id: Snowflake): boolean {
    const index = this.lowerBound(id);
    if (this.messages[index]?.id !== id) return false;
    this.messages.splice(index, 1);
    return true;
  }

  /** One page, newest first. `after` returns the oldest messages above its id, as Discord does. */
  page({ after, before, around, limit }: PageQuery): MessageRecord[] {
    if (after !== undefined) return this.slice(this.upperBound(after), limit);
    if (before !== undefined) return this.endingAt(this.lowerBound(before), limit);
    if (around === undefined) return this.endingAt(this.messages.length, limit);
    const middle = this.upperBound(around);
    const newer = this.slice(middle, Math.floor(limit / 2));
    return [...newer, ...this.endingAt(middle, Math.ceil(limit / 2))];
  }

  /** Oldest first. */
  all(): readonly MessageRecord[] {
    return this.messages;
  }

  private slice(from: number, count: number): MessageRecord[] {
    return this.messages.slice(from, from + count).reverse();
  }

  private endingAt(end: number, count: number): MessageRecord[] {
    return this.messages.slice(Math.max(0, end - count), end).reverse();
  }

  private upperBound(id: Snowflake): number {
    const index = this.lowerBound(id);
    return this.messages[index]?.id === id ? index + 1 : index;
  }

  private lowerBound(id: Snowflake): number {
    const newest = this.messages[this.messages.length - 1];
    if (newest === undefined || compareSnowflakes(newest.id, id) < 0) return this.messages.length;
    let low = 0;
    let high = this.messages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const candidate = this.messages[middle];
      if (candidate !== undefined && compareSnowflakes(candidate.id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private trim(): void {
    if (this.messages.length <= this.capacity + TRIM_SLACK) return;
    const surplus = this.messages.length - this.capacity;
    this.messages = this.messages.slice(surplus);
    this.cut += surplus;
  }
}
