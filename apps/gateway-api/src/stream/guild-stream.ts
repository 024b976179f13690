import {
  AppError,
  type Change,
  type Snowflake,
  type SnapshotReason,
  type StreamEvents,
  type PublicEvent,
} from '@discord-relay/contracts';
import { type CoalescingQueue, wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../access/guild-access.js';
import type { Rights } from '../access/permissions.js';
import type { Principal } from '../access/principal.js';
import type { FeedHub, GuildSubscription } from '../live/chain/feed-hub.js';
import type { ChangeRouter } from '../live/chain/change-router.js';
import type { AccessWatcher } from '../live/chain/subscribed-guild.js';
import { toWireError } from '../errors/wire-error.js';
import { QueuePart, type QueueSources } from './queue-part.js';
import { SelectedChannels } from './selected-channels.js';
import type { StreamWriter } from './stream-writer.js';
import {
  cachedFactsOf,
  needsReadRight,
  mayConcern,
  type Selection,
  eventTextOf,
  isSelected,
} from './selection.js';
import { beginEvent, endEvent, heartbeat, retryAfter } from './sse-format.js';
import type { EndCause, StreamMetrics } from '../metrics/stream-metrics.js';
import type { StreamStart, StreamReader, VisibleChange } from './stream-reader.js';

/** Maximum number of changes that are buffered while the start of the stream is read and sent. */
const MAX_BUFFERED = 5_000;

/** Services that all streams share. */
export interface StreamServices {
  hub: Pick<FeedHub, 'subscribe'>;
  router: Pick<ChangeRouter, 'subscribeGuild'>;
  reader: StreamReader;
  queue: QueueSources;
  metrics: StreamMetrics;
  /** Runs work that many streams need at the same time, a few at a time. */
  background: CoalescingQueue;
}

/**
 * An open stream of one guild. It follows the guild's order, so that one number is the cursor of all of its events, and it
 * receives every change of the guild, visible or not. It ends on any error after which it cannot continue; clients
 * reconnect and resume.
 */
export class GuildStream implements AccessWatcher {
  private readonly guildSubscription: GuildSubscription;
  private readonly stopListening: () => void;
  /** Changes received since the start was requested; undefined once the stream is live. */
  private buffered: VisibleChange[] | undefined = [];
  /** Changes are missing between what was read and what was buffered. */
  private incomplete = false;
  /** `seq` of the last change that was processed. */
  private cursor = 0;
  private readonly selectedChannels: SelectedChannels;
  /** undefined: the stream does not include the support queue. */
  private readonly queuePart: QueuePart | undefined;
  private closed = false;

  constructor(
    readonly principal: Principal,
    private readonly selection: Selection,
    private readonly writer: StreamWriter,
    private readonly services: StreamServices,
    private readonly onEnd: (cause: EndCause) => void,
  ) {
    const { guildId } = selection;
    this.selectedChannels = new SelectedChannels(selection.channels);
    if (selection.types.has('queue.updated'))
      this.queuePart = new QueuePart(guildId, services.queue, (facts) => this.sendQueue(facts));
    this.guildSubscription = services.hub.subscribe(guildId, this);
    this.stopListening = services.router.subscribeGuild(guildId, {
      change: (change) => this.receive(change),
      changesLost: () => this.restart('cursor_too_old'),
      projectionSwitched: () => this.restart('projection_switched'),
    });
  }

  /** @throws AppError when it cannot start; then call {@link close}, or {@link fail} if the stream is open already */
  async open(after: number | undefined, retryMs: number): Promise<void> {
    const start = await this.readStart(after);
    this.writer.open(retryMs);
    await this.sendStart(start);
    this.goLive(start);
  }

  /**
   * The first of three steps: reads the start of the stream. Later changes are buffered until {@link goLive}.
   * `reason`: the reason of a snapshot when there is no cursor.
   * @throws AppError
   */
  async readStart(after: number | undefined, reason: SnapshotReason = 'joined'): Promise<StreamStart> {
    await this.guildSubscription.ready();
    const start = await this.read(reason, after);
    await this.queuePart?.open(start.reason ? undefined : after);
    if (this.closed) throw new AppError('SERVICE.UNAVAILABLE');
    this.services.metrics.opened.inc({ start: start.reason ?? 'resumed' });
    this.cursor = start.reason ? start.head : after!;
    return start;
  }

  get guildId(): Snowflake {
    return this.selection.guildId;
  }

  accessChanged(access: GuildAccess): number {
    if (this.closed) return 0;
    if (!access.seesGuild(this.principal)) {
      const stopped = this.selectedChannels.size;
      this.fail(new AppError('GUILD.NOT_FOUND'), 'access_lost');
      return stopped;
    }
    const lost = this.selectedChannels.removeLost((id) => access.rights(this.principal, id, wallClockMs()));
    for (const channelId of lost)
      this.write(this.event('unsubscribed', { channelId, code: 'CHANNEL.ACCESS_LOST' }));
    return lost.length;
  }

  heartbeat(): void {
    if (!this.buffered) this.write(heartbeat(this.writer.cursorAt(this.cursor)));
  }

  /** Ends the stream; the client reconnects after `retryMs`. */
  end(cause: EndCause, retryMs: number): void {
    this.finish(retryAfter(retryMs), cause);
  }

  /** Sends the error and ends the stream. */
  fail(error: unknown, cause: EndCause): void {
    if (error instanceof AppError && error.code === 'SOCKET.TOO_SLOW') return this.disconnectSlow();
    this.finish(beginEvent('error', toWireError(error)) + endEvent(), cause);
  }

  /** Idempotent. */
  close(cause: EndCause): void {
    if (this.closed) return;
    this.closed = true;
    this.stopListening();
    this.queuePart?.close();
    this.guildSubscription.release();
    this.onEnd(cause);
  }

  /** Writes the final text if the stream is open; otherwise the request gets an error status. */
  private finish(finalText: string, cause: EndCause): void {
    if (this.writer.opened) this.writer.end(finalText, cause);
    this.close(cause);
  }

  /** Buffers all changes until the stream has started again. */
  private restart(reason: SnapshotReason): void {
    if (this.buffered) return void (this.incomplete = true);
    this.buffered = [];
    this.services.background.add(this, () =>
      this.restartNow(reason).catch((error: unknown) => this.fail(error, 'failed')),
    );
  }

  private async restartNow(reason: SnapshotReason): Promise<void> {
    if (this.closed) return;
    const start = await this.read(reason);
    // These changes were not sent yet, and a snapshot may not contain all of them.
    this.sendBuffered(({ seq }) => seq <= start.head);
    await this.sendStart(start);
    this.goLive(start);
  }

  /** Changes that arrive during the read are buffered. */
  private async read(reason: SnapshotReason, after?: number): Promise<StreamStart> {
    const { principal, selection } = this;
    const start = await this.services.reader.readStart({ principal, selection, reason, after });
    await this.guildSubscription.waitForSeq(start.head);
    return start;
  }

  /** The third step, after {@link sendStart}. @throws AppError `SERVICE.UNAVAILABLE` when changes are missing */
  goLive(start: StreamStart): void {
    if (this.closed) return;
    if (this.incomplete) throw new AppError('SERVICE.UNAVAILABLE', 'reconnect and resume');
    // No await from here on, so the buffer holds all newer changes.
    this.cursor = start.head;
    const missing = this.selectedChannels.reset((id) => this.rights(id));
    this.sendBuffered(({ seq }) => seq > start.head);
    this.buffered = undefined;
    for (const channelId of missing) {
      const code = start.unknown.includes(channelId) ? 'CHANNEL.NOT_FOUND' : 'CHANNEL.ACCESS_LOST';
      this.write(this.event('unsubscribed', { channelId, code }));
    }
    this.queuePart?.goLive();
    this.heartbeat();
  }

  /** The second step: sends what was read, limited to the current access rights. */
  async sendStart({ gaps, rooms, snapshots, tail }: StreamStart): Promise<void> {
    for (const gap of gaps) await this.writer.writeAndDrain(this.event('gap', gap));
    if (rooms) {
      const visible = rooms.rooms.filter(({ channelId }) => this.rights(channelId).see);
      await this.writer.writeAndDrain(this.event('rooms_list', { ...rooms, rooms: visible }));
    }
    for (const snapshot of snapshots) {
      const { read, history } = this.rights(snapshot.channelId);
      if (!read) continue;
      const visible = history ? snapshot : { ...snapshot, messages: [] };
      await this.writer.writeAndDrain(this.event('snapshot', visible));
    }
    for (const { seq, facts } of tail)
      await this.writer.writeAndDrain(this.eventsOf({ seq, facts: this.allowed(facts) }));
  }

  private receive(change: Change): void {
    if (this.closed) return;
    const facts = cachedFactsOf(change);
    // Without a restart, the stream would silently miss the change.
    if (!facts && mayConcern(this.selection, change)) return this.restart('cursor_unknown');
    const visible = { seq: change.seq, facts: this.allowed(facts ?? []) };
    if (!this.buffered)
      return this.send({ ...visible, facts: visible.facts.filter((fact) => this.isInSelectedChannel(fact)) });
    if (this.buffered.length < MAX_BUFFERED) this.buffered.push(visible);
    else this.incomplete = true;
  }

  /** Checks access again, because it may have been lost since the change was buffered. */
  private sendBuffered(which: (visible: VisibleChange) => boolean): void {
    for (const { seq, facts } of this.buffered!.filter(which))
      this.send({ seq, facts: this.allowed(facts).filter((fact) => this.isInSelectedChannel(fact)) });
  }

  private allowed(facts: readonly PublicEvent[]): PublicEvent[] {
    return facts.filter((fact) => isSelected(this.selection, fact) && this.mayKnow(fact));
  }

  private mayKnow(fact: PublicEvent): boolean {
    return this.guildSubscription.access.receives(this.principal, fact, wallClockMs());
  }

  private isInSelectedChannel(fact: PublicEvent): boolean {
    return !needsReadRight(fact) || this.selectedChannels.has(fact.channelId!);
  }

  private rights(channelId: string): Rights {
    return this.guildSubscription.access.rights(this.principal, channelId, wallClockMs());
  }

  private send(visible: VisibleChange): void {
    if (visible.facts.length > 0) return this.write(this.eventsOf(visible));
    this.cursor = Math.max(this.cursor, visible.seq);
    this.writer.setPosition(this.cursor);
  }

  /** Advances the cursor. Only the last event of a change has an `id:`, so a client that loses the connection within it gets all of it again. */
  private eventsOf({ seq, facts }: VisibleChange): string {
    const prev = this.cursor;
    this.cursor = Math.max(prev, seq);
    const texts = facts.map((fact, i) => {
      const last = i === facts.length - 1;
      this.services.metrics.deliveries.inc({ event: fact.type });
      return (
        eventTextOf(fact, { seq: last ? seq : prev, prev }) +
        endEvent(last ? this.writer.cursorAt(seq) : undefined)
      );
    });
    return texts.join('');
  }

  /** Outside the chain: without an `id:`, so that the cursor stays where it is. */
  private sendQueue(facts: PublicEvent[]): void {
    const events = this.allowed(facts).map((fact) => {
      this.services.metrics.deliveries.inc({ event: fact.type });
      return beginEvent(fact.type, fact.payload) + endEvent();
    });
    if (events.length > 0) this.write(events.join(''));
  }

  private event<E extends Exclude<keyof StreamEvents, PublicEvent['type']>>(
    name: E,
    data: StreamEvents[E],
  ): string {
    this.services.metrics.deliveries.inc({ event: name });
    return beginEvent(name, data) + endEvent();
  }

  private write(text: string): void {
    if (!this.closed && !this.writer.write(text)) this.disconnectSlow();
  }

  private disconnectSlow(): void {
    this.writer.disconnectSlow();
    this.close('slow');
  }
}
