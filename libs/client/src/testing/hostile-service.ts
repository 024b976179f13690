import type { Positioned, Snowflake } from '@discord-relay/contracts/wire';
import type { ChannelFeed } from '../channel-feed.js';
import type { EnterAck, FeedLink } from '../feed.js';

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

export const unanswered: EnterAck = {
  ok: false,
  error: { code: 'CLIENT.DISCONNECTED', message: 'no answer', retryable: true },
};

/** Everything that was already answered has been handled. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * A feed in memory that keeps the newest `retained` events and answers a join exactly as the service does, behind a
 * network that drops, repeats, holds back and cuts what is sent.
 */
export class HostileService implements FeedLink {
  readonly events: Positioned[] = [];
  /** The cursors it was asked from. */
  readonly asked: (number | undefined)[] = [];
  up = true;
  joined = false;
  feed!: ChannelFeed;
  /** How many of the next answers to joins are lost on the way. */
  answersToLose = 0;
  /** Sent, but not arrived yet. */
  private held: (() => void)[] = [];

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

  enter(after: number | undefined): Promise<EnterAck> {
    this.asked.push(after);
    this.joined = true;
    const tail = this.events.filter((event) => event.seq > (after ?? Infinity));
    const known = after === 0 || this.events.some(({ seq }) => seq === after);
    const resumed = after !== undefined && known && tail.length <= this.retained;
    if (resumed) for (const event of tail) this.feed.receiveMessage(messageAt(event));
    else this.feed.receiveSnapshot(bulkAt(this.head));
    if (this.answersToLose-- > 0) return Promise.resolve(unanswered);
    return Promise.resolve({ ok: true, channelId: CHANNEL, seq: this.head, resumed });
  }

  /** Commits one event and sends it `copies` times; none of them arrive. */
  commitHeld(step: number, copies: number): void {
    const event = { prev: this.head, seq: this.head + step };
    this.events.push(event);
    if (!this.joined || !this.up) return;
    for (let i = 0; i < copies; i++) this.held.push(() => this.feed.receiveMessage(messageAt(event)));
  }

  /** Commits one event that arrives `copies` times at once. */
  commit(step: number, copies: number): void {
    const before = this.held;
    this.held = [];
    this.commitHeld(step, copies);
    this.release();
    this.held = before;
  }

  /** What was held back arrives, in order or turned round. */
  release(reversed = false): void {
    const held = reversed ? this.held.reverse() : this.held;
    this.held = [];
    for (const arrive of held) arrive();
  }

  /** Sends its position, as it does from time to time. */
  tellPosition(): void {
    if (this.up && this.joined) this.feed.stand(this.head);
  }

  /** Stops delivery to this client until it joins again. */
  lag(): void {
    if (!this.up || !this.joined) return;
    this.joined = false;
    this.feed.lag(this.head);
  }

  /** Sends everything anew, unasked, as it does when the read models were switched. */
  renew(): void {
    if (this.up && this.joined) this.feed.receiveSnapshot(bulkAt(this.head));
  }

  async cut(): Promise<void> {
    this.up = this.joined = false;
    this.held = [];
    this.feed.suspend();
    await settled();
    this.up = true;
    this.feed.resume();
  }

  /** Comes back with the log as it was `lost` events ago, which is another log for those who saw more. */
  async restart(lost: number): Promise<void> {
    this.events.splice(Math.max(0, this.events.length - lost), lost);
    await this.cut();
  }
}
