import { channelOfUnrecoverable, type EventType, type RelayEvent } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../../access/guild-access.js';
import { isInScope, seesAllChannels, type Principal } from '../../access/principal.js';
import type { Querying, ReadModelDatabase } from '../../database/read-model.database.js';
import { loadGuildAccess } from '../../read/access/load-guild-access.js';
import { GAP_TYPES } from '../select/event-types.js';
import type { LoggedEvent } from '../select/logged-event.js';
import { actorOf, type Redaction, tombstoneOf } from '../select/redact.js';
import { type BatchState, readBatchState } from './batch-state.query.js';
import type { GuildGap } from './gaps-in-range.query.js';

/** Rights that were loaded longer ago are read again, whether or not the guild reports a change. */
const RIGHTS_TTL_MS = 500;

export interface Selection {
  types: ReadonlySet<EventType>;
  /** null: everybody's events. */
  authors: ReadonlySet<string> | null;
}

/** An event as the caller may see it; the body is one line of JSON. */
export interface VisibleEvent {
  seq: number;
  type: string;
  body: Uint8Array;
}

/** An event that the caller may know of. */
export interface JudgedEvent {
  event: LoggedEvent;
  /** Why its content is withheld. */
  redaction: Redaction | undefined;
  /** Whether it is about a message of one of the selected authors. */
  isOfAuthors: boolean;
}

interface LoadedAccess {
  access: GuildAccess;
  accessSeq: number;
  atMs: number;
}

/**
 * Decides what a caller sees of each event, by the rights and redactions of a state of the read models that contains the event:
 * an event that is not projected yet is withheld until it is.
 */
export class EventJudge {
  private readonly accesses = new Map<string, LoadedAccess>();

  constructor(
    private readonly database: ReadModelDatabase,
    private readonly publicChannels: ReadonlySet<string>,
    private readonly principal: Principal,
    private readonly selection: Selection,
  ) {}

  /** Judges the events up to the first that is not projected yet; `count`: how many. */
  async judge(events: readonly LoggedEvent[]): Promise<{ count: number; visible: VisibleEvent[] }> {
    const { count, known } = await this.decide(events);
    return { count, visible: known.map((each) => this.show(each)).filter((each) => each !== undefined) };
  }

  /** As {@link judge}: the events that the caller may know of, of any type and author. */
  async decide(events: readonly LoggedEvent[]): Promise<{ count: number; known: JudgedEvent[] }> {
    return this.withState(events, async (state, query) => {
      const unprojected = events.findIndex(({ partition, seq }) => seq > state.projectedSeq(partition));
      const count = unprojected === -1 ? events.length : unprojected;
      await this.loadRights(events.slice(0, count), state, query);
      const known: JudgedEvent[] = [];
      for (let i = 0; i < count; i++) {
        const event = events[i]!;
        if (!this.mayKnow(event, state)) continue;
        const redaction = event.messageId === undefined ? undefined : state.redaction(i);
        known.push({ event, redaction, isOfAuthors: state.isByAuthor(i) });
      }
      return { count, known };
    });
  }

  /** The gap without entries about channels that the caller may not see; undefined: the caller may not see the guild. */
  async showGap(gap: GuildGap): Promise<GuildGap | undefined> {
    const named = (gap.unrecoverable ?? []).flatMap((each) => channelOfUnrecoverable(each) ?? []);
    const access = await this.loadAccess(this.database, gap.guildId, named);
    if (!access.seesGuild(this.principal)) return undefined;
    return { ...gap, unrecoverable: gap.unrecoverable && this.withoutHidden(gap.unrecoverable, access) };
  }

  /** Analysts and admins see all channels, so one statement suffices; for a viewer, rights come from the same state. */
  private async withState<T>(
    events: readonly LoggedEvent[],
    work: (state: BatchState, query: Querying) => Promise<T>,
  ): Promise<T> {
    const { authors } = this.selection;
    const hideSuperseded = !seesAllChannels(this.principal);
    const ask = async (query: Querying) =>
      work(await readBatchState(query, { events, hideSuperseded, authors }), query);
    return seesAllChannels(this.principal) ? ask(this.database) : this.database.snapshot(ask);
  }

  private mayKnow({ guildId, channelId, type }: LoggedEvent, state: BatchState): boolean {
    if (!state.isPresent(guildId) || !isInScope(this.principal, guildId)) return false;
    if (seesAllChannels(this.principal)) return true;
    const { access } = this.accesses.get(guildId)!;
    if (channelId === null) return isGap(type) && access.seesGuild(this.principal);
    return access.rights(this.principal, channelId, wallClockMs()).history;
  }

  /** Undefined: not selected. */
  private show({ event, redaction, isOfAuthors }: JudgedEvent): VisibleEvent | undefined {
    const { type, seq } = event;
    if (isGap(type)) return event.event ? this.showGapEvent(event, event.event) : unreadable(event);
    if (type !== undefined && !this.selection.types.has(type)) return undefined;
    const { authors } = this.selection;
    if (!event.isReadable || ((redaction || authors) && !event.event)) return unreadable(event);
    if (authors && !isByAuthor(event.event!, authors, redaction, isOfAuthors)) return undefined;
    const body = redaction && !isDeletion(type!) ? tombstoneOf(event.event!, redaction) : event.body;
    return { seq, type: type!, body };
  }

  /** A viewer does not learn the ids of channels that they may not see. */
  private showGapEvent({ guildId, seq, body }: LoggedEvent, event: RelayEvent): VisibleEvent {
    const { type } = event;
    if (seesAllChannels(this.principal) || type !== 'gap.closed') return { seq, type, body };
    const { access } = this.accesses.get(guildId)!;
    const unrecoverable = this.withoutHidden(event.data.unrecoverable, access);
    const shown = { ...event, data: { ...event.data, unrecoverable } };
    return { seq, type, body: Buffer.from(JSON.stringify(shown)) };
  }

  private withoutHidden<T extends string>(entries: readonly T[], access: GuildAccess): T[] {
    return entries.filter((entry) => {
      const channelId = channelOfUnrecoverable(entry);
      return channelId === undefined || access.rights(this.principal, channelId, wallClockMs()).see;
    });
  }

  private async loadRights(
    events: readonly LoggedEvent[],
    state: BatchState,
    query: Querying,
  ): Promise<void> {
    if (seesAllChannels(this.principal)) return;
    for (const guildId of new Set(events.map((event) => event.guildId)))
      await this.loadRightsIn(guildId, state.accessSeq(guildId), query);
  }

  private async loadRightsIn(guildId: string, accessSeq: number, query: Querying): Promise<void> {
    const known = this.accesses.get(guildId);
    const nowMs = performance.now();
    if (known?.accessSeq === accessSeq && nowMs - known.atMs < RIGHTS_TTL_MS) return;
    const access = await this.loadAccess(query, guildId);
    this.accesses.set(guildId, { access, accessSeq, atMs: nowMs });
  }
  private loadAccess(query: Querying, guildId: string, channelIds?: readonly string[]): Promise<GuildAccess> {
    return loadGuildAccess(query, guildId, {
      userIds: seesAllChannels(this.principal) ? [] : [this.principal.id],
      publicChannels: this.publicChannels,
      ...(channelIds && { channelIds: [...channelIds, ...this.publicChannels] }),
    });
  }
}

const isGap = (type: EventType | undefined): boolean => type !== undefined && GAP_TYPES.includes(type);

/** It contains ids only. */
const isDeletion = (type: EventType): boolean =>
  type === 'message.deleted' || type === 'message.bulk_deleted';

/** By what is shown: a tombstone names nobody. */
function isByAuthor(
  event: RelayEvent,
  authors: ReadonlySet<string>,
  redaction: Redaction | undefined,
  isOfTheirMessage: boolean,
): boolean {
  if (redaction) return false;
  const actor = actorOf(event);
  return actor === undefined ? isOfTheirMessage : authors.has(actor);
}

/** A message of the log that this version cannot read is reported, not skipped. */
const unreadable = ({ seq }: LoggedEvent): VisibleEvent => ({
  seq,
  type: 'relay.unreadable',
  body: Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id: `relay.unreadable:${seq}`,
      source: 'relay',
      type: 'relay.unreadable',
      data: {},
    }),
  ),
});
