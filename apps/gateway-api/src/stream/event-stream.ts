import {
  AppError,
  type Change,
  type Snowflake,
  type SnapshotReason,
  type StreamEvents,
  type ToldFact,
} from '@discord-relay/contracts';
import type { GuildAccess } from '../access/guild-access.js';
import type { Rights } from '../access/permissions.js';
import type { Principal } from '../access/principal.js';
import type { FeedHub, GuildLease } from '../live/chain/feed-hub.js';
import type { FeedRooms } from '../live/chain/feed-rooms.js';
import type { AccessWatcher } from '../live/chain/followed-guild.js';
import type { PacedWork } from '../limits/paced-work.js';
import { toWireError } from '../errors/wire-error.js';
import { FollowedChannels } from './followed-channels.js';
import type { StreamOutlet } from './guild-outlet.js';
import { factsOnce, isRead, mayConcern, type Selection, textOf, wants } from './selection.js';
import { beginEvent, endEvent, heartbeat, retryAfter } from './sse-format.js';
import type { EndCause, StreamMetrics } from '../metrics/stream-metrics.js';
import type { StreamEntrance, StreamReader, Told } from './stream-reader.js';

/** Changes that may wait while a beginning is read and sent. */
const HELD_LIMIT = 5_000;

/** What a stream works with, shared by all. */
export interface StreamServices {
  hub: Pick<FeedHub, 'acquire'>;
  rooms: Pick<FeedRooms, 'followGuild'>;
  reader: StreamReader;
  metrics: StreamMetrics;
  /** For what many would do at once. */
  later: PacedWork;
}

/**
 * One open stream. It follows the order of its guild, so that one number says where it stands in all that it tells, and
 * is told of every change there, shown or not. Whatever it cannot go on from ends it: clients come back and resume.
 */
export class EventStream implements AccessWatcher {
  private readonly lease: GuildLease;
  private readonly stopFollowing: () => void;
  /** What came since a beginning was asked for; undefined: everything is told at once. */
  private held: Told[] | undefined = [];
  /** What was read and what was held do not connect. */
  private torn = false;
  /** `seq` of the last change that was looked at. */
  private cursor = 0;
  private readonly followed: FollowedChannels;
  private closed = false;

  constructor(
    readonly principal: Principal,
    private readonly selection: Selection,
    private readonly outlet: StreamOutlet,
    private readonly services: StreamServices,
    private readonly ended: (cause: EndCause) => void,
  ) {
    const { guildId } = selection;
    this.followed = new FollowedChannels(selection.channels);
    this.lease = services.hub.acquire(guildId, this);
    this.stopFollowing = services.rooms.followGuild(guildId, {
      change: (change) => this.take(change),
      lost: () => this.restart('cursor_too_old'),
      switched: () => this.restart('projection_switched'),
    });
  }

  /** @throws AppError when it could not begin; {@link close} is due then, or {@link fail} once something was sent */
  async open(after: number | undefined, retryMs: number): Promise<void> {
    const entrance = await this.prepare(after);
    this.outlet.open(retryMs);
    await this.tellBeginning(entrance);
    this.goOn(entrance);
  }

  /**
   * The first of three steps: reads how the stream begins. What happens from then on is held until {@link goOn}.
   * `reason`: of the snapshot when there is no cursor.
   * @throws AppError
   */
  async prepare(after: number | undefined, reason: SnapshotReason = 'joined'): Promise<StreamEntrance> {
    await this.lease.ready();
    const entrance = await this.read(reason, after);
    if (this.closed) throw new AppError('SERVICE.UNAVAILABLE');
    this.services.metrics.opened.inc({ start: entrance.reason ?? 'resumed' });
    this.cursor = entrance.reason ? entrance.head : after!;
    return entrance;
  }

  get guildId(): Snowflake {
    return this.selection.guildId;
  }

  accessChanged(access: GuildAccess): number {
    if (this.closed) return 0;
    if (!access.seesGuild(this.principal)) {
      const stopped = this.followed.size;
      this.fail(new AppError('GUILD.NOT_FOUND'), 'access_lost');
      return stopped;
    }
    const lost = this.followed.lost((id) => access.rights(this.principal, id, Date.now()));
    for (const channelId of lost)
      this.write(this.event('unsubscribed', { channelId, code: 'CHANNEL.ACCESS_LOST' }));
    return lost.length;
  }

  heartbeat(): void {
    if (!this.held) this.write(heartbeat(this.outlet.cursorAt(this.cursor)));
  }

  /** Ends it in good order; the client comes back after `retryMs`. */
  end(cause: EndCause, retryMs: number): void {
    this.finish(retryAfter(retryMs), cause);
  }

  /** Tells why, and ends it. */
  fail(error: unknown, cause: EndCause): void {
    if (error instanceof AppError && error.code === 'SOCKET.TOO_SLOW') return this.cut();
    this.finish(beginEvent('error', toWireError(error)) + endEvent(), cause);
  }

  /** Harmless when repeated. */
  close(cause: EndCause): void {
    if (this.closed) return;
    this.closed = true;
    this.stopFollowing();
    this.lease.release();
    this.ended(cause);
  }

  /** One that has not begun is answered with a status instead. */
  private finish(lastWords: string, cause: EndCause): void {
    if (this.outlet.opened) this.outlet.end(lastWords, cause);
    this.close(cause);
  }

  /** From here on nothing is told until the stream has begun anew, which may take its turn. */
  private restart(reason: SnapshotReason): void {
    if (this.held) return void (this.torn = true);
    this.held = [];
    this.services.later.add(this, () =>
      this.startAnew(reason).catch((error: unknown) => this.fail(error, 'failed')),
    );
  }

  private async startAnew(reason: SnapshotReason): Promise<void> {
    if (this.closed) return;
    const entrance = await this.read(reason);
    // What is in the snapshot too was not told of yet, and may have been more than a snapshot holds.
    this.tellHeld(({ seq }) => seq <= entrance.head);
    await this.tellBeginning(entrance);
    this.goOn(entrance);
  }

  /** What comes while this is under way is held. */
  private async read(reason: SnapshotReason, after?: number): Promise<StreamEntrance> {
    const { principal, selection } = this;
    const entrance = await this.services.reader.entrance({ principal, selection, reason, after });
    await this.lease.reach(entrance.head);
    return entrance;
  }

  /** The third step, after {@link tellBeginning}. @throws AppError `SERVICE.UNAVAILABLE` when changes are missing */
  goOn(entrance: StreamEntrance): void {
    if (this.closed) return;
    if (this.torn) throw new AppError('SERVICE.UNAVAILABLE', 'reconnect and resume');
    // Nothing is awaited from here on: what is held now is all that is new.
    this.cursor = entrance.head;
    const missing = this.followed.settle((id) => this.rights(id));
    this.tellHeld(({ seq }) => seq > entrance.head);
    this.held = undefined;
    for (const channelId of missing) {
      const code = entrance.unknown.includes(channelId) ? 'CHANNEL.NOT_FOUND' : 'CHANNEL.ACCESS_LOST';
      this.write(this.event('unsubscribed', { channelId, code }));
    }
    this.heartbeat();
  }

  /** The second step: what was read is told as far as what is known by now allows. */
  async tellBeginning({ gaps, rooms, snapshots, tail }: StreamEntrance): Promise<void> {
    for (const gap of gaps) await this.outlet.writeOut(this.event('gap', gap));
    if (rooms) {
      const visible = rooms.rooms.filter(({ channelId }) => this.rights(channelId).see);
      await this.outlet.writeOut(this.event('rooms_list', { ...rooms, rooms: visible }));
    }
    for (const snapshot of snapshots) {
      const { read, history } = this.rights(snapshot.channelId);
      if (!read) continue;
      const told = history ? snapshot : { ...snapshot, messages: [] };
      await this.outlet.writeOut(this.event('snapshot', told));
    }
    for (const { seq, facts } of tail)
      await this.outlet.writeOut(this.eventsOf({ seq, facts: this.allowed(facts) }));
  }

  private take(change: Change): void {
    if (this.closed) return;
    const facts = factsOnce(change);
    // Whatever it was would be missing without a word.
    if (!facts && mayConcern(this.selection, change)) return this.restart('cursor_unknown');
    const told = { seq: change.seq, facts: this.allowed(facts ?? []) };
    if (!this.held) return this.tell({ ...told, facts: told.facts.filter((fact) => this.follows(fact)) });
    if (this.held.length < HELD_LIMIT) this.held.push(told);
    else this.torn = true;
  }

  /** What was allowed when it came may not be by now. */
  private tellHeld(which: (told: Told) => boolean): void {
    for (const { seq, facts } of this.held!.filter(which))
      this.tell({ seq, facts: this.allowed(facts).filter((fact) => this.follows(fact)) });
  }

  private allowed(facts: readonly ToldFact[]): ToldFact[] {
    return facts.filter((fact) => wants(this.selection, fact) && this.mayKnow(fact));
  }

  private mayKnow(fact: ToldFact): boolean {
    return this.lease.access.hears(this.principal, fact, Date.now());
  }

  private follows(fact: ToldFact): boolean {
    return !isRead(fact) || this.followed.has(fact.channelId!);
  }

  private rights(channelId: string): Rights {
    return this.lease.access.rights(this.principal, channelId, Date.now());
  }

  private tell(told: Told): void {
    if (told.facts.length > 0) return this.write(this.eventsOf(told));
    this.cursor = Math.max(this.cursor, told.seq);
    this.outlet.moveTo(this.cursor);
  }

  /** Moves the cursor. Who is cut in the middle of a change gets all of it again: its last event alone has an `id:`. */
  private eventsOf({ seq, facts }: Told): string {
    const prev = this.cursor;
    this.cursor = Math.max(prev, seq);
    const texts = facts.map((fact, i) => {
      const last = i === facts.length - 1;
      this.services.metrics.deliveries.inc({ event: fact.type });
      return (
        textOf(fact, { seq: last ? seq : prev, prev }) +
        endEvent(last ? this.outlet.cursorAt(seq) : undefined)
      );
    });
    return texts.join('');
  }

  private event<E extends Exclude<keyof StreamEvents, ToldFact['type']>>(
    name: E,
    data: StreamEvents[E],
  ): string {
    this.services.metrics.deliveries.inc({ event: name });
    return beginEvent(name, data) + endEvent();
  }

  private write(text: string): void {
    if (!this.closed && !this.outlet.write(text)) this.cut();
  }

  private cut(): void {
    this.outlet.cut();
    this.close('slow');
  }
}
