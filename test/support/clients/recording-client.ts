import { type ChannelFeed, connect, type RelayClient } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { createdKey, deletedKey, hashOf, Tally, updatedKey } from '../ledger/message-facts.js';

/** From Discord to a client. */
const LATE_MS = 1_000;

/** No message was late. */
export const ON_TIME = { fromMs: Infinity, untilMs: 0 };

/** A client like the web page, which records everything that it gets. */
export class RecordingClient {
  readonly tally = new Tally();
  /** The number of snapshots after the first one of each channel, which were sent because the tail could not be resumed. */
  resnapshots = 0;
  reconnects = 0;
  /** Snapshots because of a switch of projections. */
  renewals = 0;
  /** The longest time of a message to this client since this was last set to 0. */
  slowestMs = 0;
  /** When Discord sent the newest of the messages that this client got. */
  newestMs = 0;
  /** From when Discord sent the first message that took longer than {@link LATE_MS} to when the last such message arrived. */
  late = ON_TIME;
  private readonly client: RelayClient;
  private readonly received = new Set<string>();

  constructor(url: string, token: string) {
    this.client = connect({ url, token });
    this.client.on('state', (state) => {
      if (state === 'reconnecting') this.reconnects += 1;
    });
  }

  /** Follows the channels; resolves when all are joined. Can be called again after a refusal. */
  async follow(channelIds: readonly string[]): Promise<void> {
    await Promise.all(channelIds.map((id) => this.channel(id as Snowflake).join()));
  }

  close(): void {
    this.client.close();
  }

  private arrived(sentMs: number): void {
    const nowMs = wallClockMs();
    this.slowestMs = Math.max(this.slowestMs, nowMs - sentMs);
    this.newestMs = Math.max(this.newestMs, sentMs);
    if (nowMs - sentMs > LATE_MS) this.late = { fromMs: Math.min(this.late.fromMs, sentMs), untilMs: nowMs };
  }

  /** The channel's feed with its listeners, which are added once. */
  private channel(channelId: Snowflake): ChannelFeed {
    const channel = this.client.channel(channelId);
    if (this.received.has(channelId)) return channel;
    this.received.add(channelId);
    let snapshots = 0;
    channel.on('snapshot', ({ reason }) => {
      if (snapshots++ > 0) this.resnapshots += 1;
      if (reason === 'projection_switched') this.renewals += 1;
    });
    channel.on('message', ({ id, timestamp }) => {
      this.tally.add(createdKey(id));
      this.arrived(Date.parse(timestamp));
    });
    channel.on('update', ({ id, editedTimestamp, content }) =>
      this.tally.add(updatedKey(id, editedTimestamp ?? null, hashOf(content ?? ''))),
    );
    channel.on('delete', ({ id }) => this.tally.add(deletedKey(id)));
    return channel;
  }
}
