import { AppError, type Snowflake, type SnapshotReason } from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { toWireError } from '../errors/wire-error.js';
import { GuildStream, type StreamServices } from './guild-stream.js';
import { GuildCursors, MAX_GUILDS } from './guild-cursors.js';
import { GuildStreamWriter, type StreamWriter } from './stream-writer.js';
import type { Selection } from './selection.js';
import { beginEvent, endEvent, heartbeat, retryAfter } from './sse-format.js';
import type { EndCause } from '../metrics/stream-metrics.js';
import type { StreamStart } from './stream-reader.js';

/** Number of guilds whose start is read at a time. */
const READ_AT_A_TIME = 4;

/** The stream checks after this many heartbeats whether the user may see more guilds. */
const REFRESH_EVERY_HEARTBEATS = 2;

interface Prepared {
  part: GuildStream;
  start: StreamStart;
}

/**
 * An open stream of every guild that its user may see: a {@link GuildStream} for each, and one cursor for all. Guilds that
 * become visible later are added; guilds that the user loses access to are reported and removed.
 */
export class MultiGuildStream {
  private readonly parts = new Map<Snowflake, GuildStream>();
  private readonly cursors = new GuildCursors();
  /** The guilds of the selected channels. */
  private guildOf: ReadonlyMap<Snowflake, Snowflake> = new Map();
  private heartbeats = 0;
  private started = false;
  private resumed = false;
  private closed = false;

  constructor(
    readonly principal: Principal,
    private readonly selection: Omit<Selection, 'guildId'>,
    private readonly writer: StreamWriter,
    private readonly services: StreamServices,
    private readonly onEnd: (cause: EndCause) => void,
  ) {}

  /** @throws AppError when it cannot start; then call {@link close}, or {@link fail} if the stream is open already */
  async open(after: string | undefined, retryMs: number): Promise<void> {
    const guildIds = await this.guildIds();
    const known = after === undefined ? undefined : GuildCursors.parse(after);
    this.resumed = known !== undefined;
    // A client that loses the connection while the start is sent resumes from the same cursor.
    for (const id of guildIds) if (known?.get(id) !== undefined) this.cursors.set(id, known.get(id)!);
    const reason = after === undefined ? 'joined' : 'access_changed';
    const afterOf = (id: Snowflake) => (after !== undefined && !known ? NaN : known?.get(id));
    const parts = await this.readStarts(guildIds, afterOf, reason);
    if (this.closed) throw new AppError('SERVICE.UNAVAILABLE');
    this.writer.open(retryMs);
    for (const id of known?.guildIds ?? []) if (!this.parts.has(id)) this.sendGuildGone(id);
    await this.sendStarts(parts);
    this.sendUnknownChannels();
    this.started = true;
    for (const { part, start } of parts) part.goLive(start);
    this.heartbeat();
  }

  heartbeat(): void {
    if (this.closed || !this.started) return;
    this.write(heartbeat(this.cursor()));
    this.heartbeats += 1;
    if (this.heartbeats % REFRESH_EVERY_HEARTBEATS !== 0) return;
    this.services.background.add(this, () =>
      this.refresh().catch((error: unknown) => this.fail(error, 'failed')),
    );
  }

  /** Ends the stream; the client reconnects after `retryMs`. */
  end(cause: EndCause, retryMs: number): void {
    this.finish(retryAfter(retryMs), cause);
  }

  /** Sends the error and ends the stream. */
  fail(error: unknown, cause: EndCause): void {
    if (error instanceof AppError && error.code === 'SOCKET.TOO_SLOW') return this.cut();
    this.finish(beginEvent('error', toWireError(error)) + endEvent(), cause);
  }

  /** Idempotent. */
  close(cause: EndCause): void {
    if (this.closed) return;
    this.closed = true;
    for (const part of this.parts.values()) part.close(cause);
    this.onEnd(cause);
  }

  private finish(finalText: string, cause: EndCause): void {
    if (this.closed) return;
    if (this.writer.opened) this.writer.end(finalText, cause);
    this.close(cause);
  }

  /** Guilds that cannot be added now are retried at the next refresh; the stream continues with those it has. */
  private async refresh(): Promise<void> {
    const parts = await this.readAdded().catch((error: unknown) => {
      if (error instanceof AppError) return [];
      throw error;
    });
    await this.sendStarts(parts);
    for (const { part, start } of parts) part.goLive(start);
  }

  private async readAdded(): Promise<Prepared[]> {
    const guildIds = this.closed ? [] : await this.guildIds();
    const added = guildIds.filter((id) => !this.parts.has(id));
    return this.readStarts(added, () => undefined, 'access_changed');
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
        `a stream can have at most ${MAX_GUILDS} guilds: select one with guild=, or channels with channels=`,
      );
    return guildIds;
  }

  /** Reads the start of each guild before anything is sent, so that a success status covers all of them. */
  private async readStarts(
    guildIds: readonly Snowflake[],
    afterOf: (guildId: Snowflake) => number | undefined,
    reason: SnapshotReason,
  ): Promise<Prepared[]> {
    const prepared: Prepared[] = [];
    try {
      for (let i = 0; i < guildIds.length && !this.closed; i += READ_AT_A_TIME) {
        const some = guildIds.slice(i, i + READ_AT_A_TIME);
        const parts = await Promise.all(some.map((id) => this.readStart(id, afterOf(id), reason)));
        prepared.push(...parts.flat());
      }
      return prepared;
    } catch (error) {
      for (const id of guildIds) this.parts.get(id)?.close('failed');
      throw error;
    }
  }

  private async readStart(
    guildId: Snowflake,
    after: number | undefined,
    reason: SnapshotReason,
  ): Promise<Prepared[]> {
    const selection = { ...this.selection, channels: this.channelsOf(guildId), guildId };
    const forget = () => this.parts.delete(guildId);
    const part = new GuildStream(this.principal, selection, this.writerOf(guildId), this.services, forget);
    this.parts.set(guildId, part);
    try {
      return [{ part, start: await part.readStart(after, reason) }];
    } catch (error) {
      part.close('failed');
      // Access may have been lost meanwhile.
      if (error instanceof AppError && error.code.endsWith('.NOT_FOUND')) return [];
      throw error;
    }
  }

  /** Sends the starts. Afterwards the cursor has a part for each guild. */
  private async sendStarts(parts: readonly Prepared[]): Promise<void> {
    const isLost = (part: GuildStream) => this.parts.get(part.guildId) !== part;
    for (const { part, start } of parts) if (!isLost(part)) await part.sendStart(start);
    for (const { part, start } of parts) if (!isLost(part)) this.cursors.set(part.guildId, start.head);
  }

  private writerOf(guildId: Snowflake): GuildStreamWriter {
    return new GuildStreamWriter(this.writer, {
      setPosition: (seq) => this.cursors.set(guildId, seq),
      cursor: () => this.cursor(),
      guildLost: () => this.sendGuildGone(guildId),
      ended: (finalText, cause) => this.finish(finalText, cause),
      disconnectSlow: () => this.cut(),
    });
  }

  /** Until every guild has started there is no cursor to resume from, unless the client sent one. */
  private cursor(): string | undefined {
    return this.started || this.resumed ? String(this.cursors) : undefined;
  }

  private channelsOf(guildId: Snowflake): ReadonlySet<Snowflake> | null {
    if (!this.selection.channels) return null;
    return new Set([...this.selection.channels].filter((id) => this.guildOf.get(id) === guildId));
  }

  private sendUnknownChannels(): void {
    for (const id of this.selection.channels ?? []) {
      const guildId = this.guildOf.get(id);
      if (guildId === undefined || !this.parts.has(guildId)) this.sendUnknownChannel(id);
    }
  }

  private sendUnknownChannel(channelId: Snowflake): void {
    this.write(beginEvent('unsubscribed', { channelId, code: 'CHANNEL.NOT_FOUND' }) + endEvent());
  }

  private sendGuildGone(guildId: Snowflake): void {
    this.cursors.delete(guildId);
    const gone = beginEvent('unsubscribed', { guildId, code: 'GUILD.NOT_FOUND' });
    this.write(gone + endEvent(this.cursor()));
  }

  private write(text: string): void {
    if (!this.closed && !this.writer.write(text)) this.cut();
  }

  private cut(): void {
    if (this.closed) return;
    this.writer.disconnectSlow();
    this.close('slow');
  }
}
