import type { Change, FeedKey, WireEvent } from '@discord-relay/contracts';
import { wireEventsOf } from './wire-events-of.js';

/** What happened on a feed since the buffer was opened. */
export interface TailBuffer {
  readonly changes: readonly Change[];
  /** Changes are missing: what was read with it cannot be completed. */
  readonly broken: boolean;
  close(): void;
}

interface Buffer {
  guildId: string;
  changes: Change[];
  broken: boolean;
}

const BUFFER_LIMIT = 5_000;

/** Hands each change to everyone in its feed's room, and to those who are about to enter it. */
export class FeedRooms {
  private readonly buffers = new Map<FeedKey, Set<Buffer>>();

  /** `emit` sends one event to all sockets in a room; a feed's key is its room's name. */
  constructor(
    private readonly emit: (room: FeedKey, event: WireEvent) => void,
    private readonly skipped: (change: Change) => void,
  ) {}

  deliver(change: Change): void {
    const events = wireEventsOf(change);
    if (!events) return this.skipped(change);
    for (const buffer of this.buffers.get(change.feed) ?? []) keep(buffer, change);
    for (const event of events) this.emit(change.feed, event);
  }

  /** From now on, whatever is delivered on the feed is kept until `close()`. */
  openBuffer(feed: FeedKey, guildId: string): TailBuffer {
    const buffer: Buffer = { guildId, changes: [], broken: false };
    const buffers = this.buffers.get(feed) ?? new Set();
    this.buffers.set(feed, buffers.add(buffer));
    return Object.assign(buffer, {
      close: () => {
        buffers.delete(buffer);
        if (buffers.size === 0 && this.buffers.get(feed) === buffers) this.buffers.delete(feed);
      },
    });
  }

  /** Changes of the guild were lost. */
  breakBuffers(guildId: string): void {
    for (const buffers of this.buffers.values()) {
      for (const buffer of buffers) if (buffer.guildId === guildId) buffer.broken = true;
    }
  }
}

function keep(buffer: Buffer, change: Change): void {
  if (buffer.changes.length < BUFFER_LIMIT) buffer.changes.push(change);
  else buffer.broken = true;
}
