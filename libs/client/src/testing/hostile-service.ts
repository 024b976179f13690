import type { Positioned, Snowflake } from '@discord-relay/contracts/wire';
import type { ChannelFeed } from '../feeds/channel-feed.js';
import type { FeedAck, FeedLink } from '../feeds/feed.js';

export const CHANNEL = '10' as Snowflake;
const GUILD = '1' as Snowflake;

export const messageAt = ({ seq, prev }: Positioned) => ({
  id: String(seq) as Snowflake,
  content: '',
  author: { id: '2' as Snowflake, username: 'a' },
  timestamp: '2026-01-01T00:00:00.000Z',
  editedTimestamp: null,
  pinned: false,
  revision: 0,
  channelId: CHANNEL,
  serverId: GUILD,
  seq,
  prev,
});

export const bulkAt = (seq: number) => ({
  channelId: CHANNEL,
  serverId: GUILD,
  messages: [],
  seq,
  reason: 'joined' as const,
});

const unanswered: FeedAck = {
  ok: false,
  error: { code: 'CLIENT.DISCONNECTED', message: 'no answer', retryable: true },
};

/** Resolves when all answers so far have been handled. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * A feed in memory that keeps the newest `retained` events and answers a join exactly as the service does, behind a network
 * that loses, repeats, delays and interrupts messages.
 */
export class HostileService implements FeedLink {
  readonly events: Positioned[] = [];
  /** The cursors of the requests it received. */
  readonly requests: (number | undefined)[] = [];
  up = true;
  joined = false;
  feed!: ChannelFeed;
  /** How many of the next answers to joins are lost. */
  answersToLose = 0;
  /** Sent, but not delivered yet. */
  private delayed: (() => void)[] = [];

  constructor(private readonly retained = Number.POSITIVE_INFINITY) {}

  get head(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  connected(): boolean {
    return this.up;
  }

  leave(): void {
    this.joined = false;
  }

  retryDelayMs(): number {
    return 0;
  }

  join(after: number | undefined): Promise<FeedAck> {
    this.requests.push(after);
    this.joined = true;
    const tail = this.events.filter((event) => event.seq > (after ?? Infinity));
    const known = after === 0 || this.events.some(({ seq }) => seq === after);
    const resumed = after !== undefined && known && tail.length <= this.retained;
    if (resumed) for (const event of tail) this.feed.receiveMessage(messageAt(event));
    else this.feed.receiveSnapshot(bulkAt(this.head));
    if (this.answersToLose-- > 0) return Promise.resolve(unanswered);
    return Promise.resolve({ ok: true, channelId: CHANNEL, seq: this.head, resumed });
  }

  /** Commits one event and sends `copies` of it, which are delayed. */
  commitDelayed(step: number, copies: number): void {
    const event = { prev: this.head, seq: this.head + step };
    this.events.push(event);
    if (!this.joined || !this.up) return;
    for (let i = 0; i < copies; i++) this.delayed.push(() => this.feed.receiveMessage(messageAt(event)));
  }

  /** Commits one event and delivers `copies` of it at once. */
  commit(step: number, copies: number): void {
    const before = this.delayed;
    this.delayed = [];
    this.commitDelayed(step, copies);
    this.release();
    this.delayed = before;
  }

  /** Delivers the delayed events, in order or reversed. */
  release(reversed = false): void {
    const delayed = reversed ? this.delayed.reverse() : this.delayed;
    this.delayed = [];
    for (const arrive of delayed) arrive();
  }

  /** Sends its position, as the service does from time to time. */
  sendPosition(): void {
    if (this.up && this.joined) this.feed.receivePosition(this.head);
  }

  /** Stops delivery to this client until it joins again. */
  lag(): void {
    if (!this.up || !this.joined) return;
    this.joined = false;
    this.feed.receiveLagging(this.head);
  }

  /** Sends a new snapshot without a request, as after a switch of projections. */
  renew(): void {
    if (this.up && this.joined) this.feed.receiveSnapshot(bulkAt(this.head));
  }

  async cut(): Promise<void> {
    this.up = this.joined = false;
    this.delayed = [];
    this.feed.suspend();
    await settled();
    this.up = true;
    this.feed.resume();
  }

  /** Restarts with the log as it was `lost` events ago: another log for clients that saw more. */
  async restart(lost: number): Promise<void> {
    this.events.splice(Math.max(0, this.events.length - lost), lost);
    await this.cut();
  }
}
