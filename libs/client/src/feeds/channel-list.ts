import type { ChannelUpdateBody, Positioned, Snowflake, WireChannel } from '@discord-relay/contracts/wire';
import type { Connection } from '../connection/connection.js';
import { judge } from './cursor.js';
import { Emitter } from '../emitter.js';
import { mayWorkLater, RelayError } from '../relay-error.js';

export interface ChannelListEvents {
  channels: (channels: WireChannel[]) => void;
  channel_update: (update: ChannelUpdateBody & Positioned) => void;
  error: (error: RelayError) => void;
}

/** The list of channels, kept up to date once it was read: it is read again after a hole or a reconnection. */
export class ChannelList extends Emitter<ChannelListEvents> {
  private subscribed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The cursor of each guild's list; a guild without a cursor had no change since the list was read. */
  private readonly cursors = new Map<Snowflake, number>();

  constructor(private readonly connection: Connection) {
    super();
    connection.socket.on('channels_list', (channels) => this.receiveList(channels));
    connection.socket.on('channel_update', (update) => {
      if (!update.replay) this.receiveUpdate(update);
    });
  }

  /** @throws RelayError */
  async read(): Promise<WireChannel[]> {
    const answer = await this.connection.request((socket) => socket.emitWithAck('get_channels'));
    if (!answer.ok) throw new RelayError(answer.error);
    this.subscribed = true;
    return answer.channels;
  }

  resume(): void {
    if (this.subscribed) void this.readAgain(0);
  }

  suspend(): void {
    clearTimeout(this.timer);
  }

  leave(): void {
    this.subscribed = false;
    this.suspend();
  }

  private async readAgain(attempt: number): Promise<void> {
    this.suspend();
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      this.emit('error', error);
      if (!mayWorkLater(error) || !this.subscribed || !this.connection.connected) return;
      this.timer = setTimeout(() => void this.readAgain(attempt + 1), this.connection.retryDelayMs(attempt));
    }
  }

  private receiveList(channels: WireChannel[]): void {
    this.cursors.clear();
    this.emit('channels', channels);
  }

  private receiveUpdate(update: ChannelUpdateBody & Positioned): void {
    const cursor = this.cursors.get(update.serverId);
    const verdict = cursor === undefined ? 'apply' : judge(cursor, update);
    if (verdict === 'duplicate') return;
    this.cursors.set(update.serverId, update.seq);
    this.emit('channel_update', update);
    if (verdict === 'hole') this.resume();
  }
}
