import { AppError, type Snowflake, type SnapshotReason } from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { toWireError } from '../errors/wire-error.js';
import { EventStream, type StreamServices } from './event-stream.js';
import { GuildCursors, MAX_GUILDS } from './guild-cursors.js';
import { GuildOutlet, type StreamOutlet } from './guild-outlet.js';
import type { Selection } from './selection.js';
import { beginEvent, endEvent, heartbeat, retryAfter } from './sse-format.js';
import type { EndCause } from '../metrics/stream-metrics.js';
import type { StreamEntrance } from './stream-reader.js';

/** Guilds whose beginning is read at the same time. */
const PREPARED_AT_A_TIME = 4;

/** At every so many heartbeats it is looked whether the user may see other guilds by now. */
const REFRESH_EVERY_HEARTBEATS = 2;

interface Prepared {
  part: EventStream;
  entrance: StreamEntrance;
}

/**
 * One open stream of every guild that its user may see something of: a part for each, which follows the order of its
 * guild, and one cursor of them all. Guilds that the user may see later are added, those they lose are told and left out.
 */
export class GuildsStream {
  private readonly parts = new Map<Snowflake, EventStream>();
  private readonly cursors = new GuildCursors();
  /** Of the channels that were asked for by name. */
  private guildOf: ReadonlyMap<Snowflake, Snowflake> = new Map();
  private heartbeats = 0;
  private begun = false;
  private resumed = false;
  private closed = false;

  constructor(
    readonly principal: Principal,
    private readonly selection: Omit<Selection, 'guildId'>,
    private readonly outlet: StreamOutlet,
    private readonly services: StreamServices,
    private readonly ended: (cause: EndCause) => void,
  ) {}

  /** @throws AppError when it could not begin; {@link close} is due then, or {@link fail} once something was sent */
  async open(after: string | undefined, retryMs: number): Promise<void> {
    const guildIds = await this.guildIds();
    const known = after === undefined ? undefined : GuildCursors.parse(after);
    this.resumed = known !== undefined;
    // Whoever is cut while what they missed is told goes on from the same place.
    for (const id of guildIds) if (known?.get(id) !== undefined) this.cursors.set(id, known.get(id)!);
    const reason = after === undefined ? 'joined' : 'access_changed';
    const afterOf = (id: Snowflake) => (after !== undefined && !known ? NaN : known?.get(id));
    const parts = await this.prepare(guildIds, afterOf, reason);
    if (this.closed) throw new AppError('SERVICE.UNAVAILABLE');
    this.outlet.open(retryMs);
    for (const id of known?.guildIds ?? []) if (!this.parts.has(id)) this.tellGone(id);
    await this.begin(parts);
    this.tellUnknownChannels();
    this.begun = true;
    for (const { part, entrance } of parts) part.goOn(entrance);
    this.heartbeat();
  }

  heartbeat(): void {
    if (this.closed || !this.begun) return;
    this.write(heartbeat(this.cursor()));
    this.heartbeats += 1;
    if (this.heartbeats % REFRESH_EVERY_HEARTBEATS !== 0) return;
    this.services.later.add(this, () => this.refresh().catch((error: unknown) => this.fail(error, 'failed')));
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
    for (const part of this.parts.values()) part.close(cause);
    this.ended(cause);
  }

  private finish(lastWords: string, cause: EndCause): void {
    if (this.closed) return;
    if (this.outlet.opened) this.outlet.end(lastWords, cause);
    this.close(cause);
  }

  /** What cannot be added now is tried again the next time: the stream goes on with the guilds it has. */
  private async refresh(): Promise<void> {
    const parts = await this.prepareAdded().catch((error: unknown) => {
      if (error instanceof AppError) return [];
      throw error;
    });
    await this.begin(parts);
    for (const { part, entrance } of parts) part.goOn(entrance);
  }

  private async prepareAdded(): Promise<Prepared[]> {
    const guildIds = this.closed ? [] : await this.guildIds();
    const added = guildIds.filter((id) => !this.parts.has(id));
    return this.prepare(added, () => undefined, 'access_changed');
  }

  private async guildIds(): Promise<Snowflake[]> {
    const visible = await this.services.reader.guildIds(this.principal);
    const { channels } = this.selection;
    if (channels) this.guildOf = await this.services.reader.guildsOfChannels([...channels]);
    const named = new Set(this.guildOf.values());
    const guildIds = channels ? visible.filter((id) => named.has(id)) : visible;
    if (channels && guildIds.length === 0) throw new AppError('CHANNEL.NOT_FOUND');
    if (guildIds.length > MAX_GUILDS)
      throw new AppError(
        'REQUEST.INVALID',
        `a stream tells of ${MAX_GUILDS} servers at most: name one with guild=, or channels=`,
      );
    return guildIds;
  }

  /** What each of the guilds begins with; nothing is told yet, so that an answer says that all of them are followed. */
  private async prepare(
    guildIds: readonly Snowflake[],
    afterOf: (guildId: Snowflake) => number | undefined,
    reason: SnapshotReason,
  ): Promise<Prepared[]> {
    const prepared: Prepared[] = [];
    try {
      for (let i = 0; i < guildIds.length && !this.closed; i += PREPARED_AT_A_TIME) {
        const some = guildIds.slice(i, i + PREPARED_AT_A_TIME);
        const parts = await Promise.all(some.map((id) => this.preparePart(id, afterOf(id), reason)));
        prepared.push(...parts.flat());
      }
      return prepared;
    } catch (error) {
      for (const id of guildIds) this.parts.get(id)?.close('failed');
      throw error;
    }
  }

  private async preparePart(
    guildId: Snowflake,
    after: number | undefined,
    reason: SnapshotReason,
  ): Promise<Prepared[]> {
    const selection = { ...this.selection, channels: this.channelsOf(guildId), guildId };
    const forget = () => this.parts.delete(guildId);
    const part = new EventStream(this.principal, selection, this.outletOf(guildId), this.services, forget);
    this.parts.set(guildId, part);
    try {
      return [{ part, entrance: await part.prepare(after, reason) }];
    } catch (error) {
      part.close('failed');
      // It may not be seen any more by the time its turn came.
      if (error instanceof AppError && error.code.endsWith('.NOT_FOUND')) return [];
      throw error;
    }
  }

  /** Afterwards the cursor has a part for each of them, so that whatever is told next moves it. */
  private async begin(parts: readonly Prepared[]): Promise<void> {
    const isLost = (part: EventStream) => this.parts.get(part.guildId) !== part;
    for (const { part, entrance } of parts) if (!isLost(part)) await part.tellBeginning(entrance);
    for (const { part, entrance } of parts) if (!isLost(part)) this.cursors.set(part.guildId, entrance.head);
  }

  private outletOf(guildId: Snowflake): GuildOutlet {
    return new GuildOutlet(this.outlet, {
      moveTo: (seq) => this.cursors.set(guildId, seq),
      cursor: () => this.cursor(),
      lost: () => this.tellGone(guildId),
      ended: (lastWords, cause) => this.finish(lastWords, cause),
      cut: () => this.cut(),
    });
  }

  /** Who is cut before every guild has begun has no place to go on from, unless they came with one. */
  private cursor(): string | undefined {
    return this.begun || this.resumed ? String(this.cursors) : undefined;
  }

  private channelsOf(guildId: Snowflake): ReadonlySet<Snowflake> | null {
    if (!this.selection.channels) return null;
    return new Set([...this.selection.channels].filter((id) => this.guildOf.get(id) === guildId));
  }

  private tellUnknownChannels(): void {
    for (const id of this.selection.channels ?? []) {
      const guildId = this.guildOf.get(id);
      if (guildId === undefined || !this.parts.has(guildId)) this.tellUnknown(id);
    }
  }

  private tellUnknown(channelId: Snowflake): void {
    this.write(beginEvent('unsubscribed', { channelId, code: 'CHANNEL.NOT_FOUND' }) + endEvent());
  }

  private tellGone(guildId: Snowflake): void {
    this.cursors.delete(guildId);
    const gone = beginEvent('unsubscribed', { guildId, code: 'GUILD.NOT_FOUND' });
    this.write(gone + endEvent(this.cursor()));
  }

  private write(text: string): void {
    if (!this.closed && !this.outlet.write(text)) this.cut();
  }

  private cut(): void {
    if (this.closed) return;
    this.outlet.cut();
    this.close('slow');
  }
}
