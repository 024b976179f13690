import {
  AppError,
  type Change,
  channelFeed,
  guildFeed,
  neededRight,
  type MessagesBulk,
  type RoomsList,
  type Snowflake,
  type SnapshotReason,
  type PublicEvent,
  type StreamGap,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../access/guild-access.js';
import { loadGuildAccess } from '../read/access/load-guild-access.js';
import type { Principal } from '../access/principal.js';
import { guildIdsFor } from '../read/guilds.query.js';
import { refuseLength, refuseCursor, type ResumeLimits } from '../read/resume.js';
import { feedHeads, readTailBounds, readTailOfFeeds } from '../read/changes.query.js';
import { guildsOfChannels } from '../read/channels.query.js';
import { listMessages } from '../read/messages/messages.query.js';
import type { Querying, ReadModelDatabase } from '../database/read-model.database.js';
import { readUnchangedSince } from '../read/access/rights-trail.query.js';
import { listRooms } from '../read/rooms.query.js';
import {
  cachedFactsOf,
  needsReadRight,
  type Selection,
  isSelected,
  selectsMessages,
  selectsRooms,
} from './selection.js';

/** Number of messages of each channel in a snapshot. */
const SNAPSHOT_MESSAGES = 50;

export interface StreamStartRequest {
  principal: Principal;
  selection: Selection;
  /** NaN for a text that is not a cursor of this service. */
  after?: number;
  /** The reason of a snapshot when there is no cursor. */
  reason: SnapshotReason;
}

/** The visible part of a change. */
export interface VisibleChange {
  seq: number;
  facts: PublicEvent[];
}

/** The start of a stream: its first position, and the events to send before it. */
export interface StreamStart {
  /** The guild's newest `seq` in the state that was read. */
  head: number;
  /** Why the stream starts with a snapshot; undefined: it resumes at its cursor. */
  reason?: SnapshotReason;
  gaps: StreamGap[];
  snapshots: MessagesBulk[];
  rooms?: RoomsList;
  /** The changes since the cursor, limited to the access rights at its end. */
  tail: VisibleChange[];
  /** Selected channels that do not exist or are not visible. */
  unknown: Snowflake[];
}

/** A request and the state of the database that answers it. */
interface StreamReadContext extends StreamStartRequest {
  query: Querying;
  access: GuildAccess;
  head: number;
  nowMs: number;
}

/** Reads the starts of streams, each from one state of the database. */
export class StreamReader {
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly limits: ResumeLimits,
    private readonly publicChannels: ReadonlySet<string>,
  ) {}

  /** The guilds that the principal may see. */
  guildIds(principal: Principal): Promise<Snowflake[]> {
    return guildIdsFor(this.database, principal, this.publicChannels);
  }

  /** The guild of each channel that exists. */
  guildsOfChannels(channelIds: readonly Snowflake[]): Promise<Map<Snowflake, Snowflake>> {
    return guildsOfChannels(this.database, channelIds);
  }

  /** @throws AppError `GUILD.NOT_FOUND`; `CHANNEL.NOT_FOUND` when no selected channel is visible */
  readStart(request: StreamStartRequest): Promise<StreamStart> {
    const { principal, selection } = request;
    return this.database.snapshot(async (query) => {
      const access = await loadGuildAccess(query, selection.guildId, {
        userIds: [principal.id],
        publicChannels: this.publicChannels,
      });
      if (!access.seesGuild(principal)) throw new AppError('GUILD.NOT_FOUND');
      const nowMs = wallClockMs();
      const unknown = [...(selection.channels ?? [])].filter(
        (id) => !access.rights(principal, id, nowMs).see,
      );
      if (unknown.length > 0 && unknown.length === selection.channels?.size)
        throw new AppError('CHANNEL.NOT_FOUND');
      const reading = { ...request, query, access, head: access.seq, nowMs };
      return { ...(await this.startAt(reading)), head: access.seq, unknown };
    });
  }

  private async startAt(reading: StreamReadContext): Promise<Omit<StreamStart, 'head' | 'unknown'>> {
    const { query, selection, after, head } = reading;
    if (after === undefined) return await startOf(reading, reading.reason);
    if (!(after <= head)) return await startOf(reading, 'cursor_unknown');
    const refusal = refuseCursor(after, await readTailBounds(query, selection.guildId, after));
    if (refusal) return await startOf(reading, refusal);
    const { maxEvents } = this.limits;
    const tail = after === head ? [] : await readTailOfFeeds(query, selection, after, maxEvents + 1);
    const tooLong = refuseLength(tail, this.limits);
    if (tooLong) return await startOf(reading, tooLong);
    if (!tail.every(cachedFactsOf)) return await startOf(reading, 'cursor_unknown');
    const visible = tail
      .map((change) => ({ seq: change.seq, facts: visibleFacts(reading, change) }))
      .filter(({ facts }) => facts.length > 0);
    if (await containsHidden(reading, visible)) return await startOf(reading, 'access_changed');
    return { gaps: historyGaps(reading, tail), snapshots: [], tail: visible };
  }
}

type Start = Omit<StreamStart, 'head' | 'unknown'>;

/** A start without a tail: the current state of the selection, and a gap unless the client just joined. */
async function startOf(reading: StreamReadContext, reason: SnapshotReason): Promise<Start> {
  const { query, access, selection, principal, nowMs, head, after } = reading;
  const { guildId } = selection;
  const gap = { guildId, reason, after: Number.isSafeInteger(after) ? after! : null, seq: head };
  const snapshots: MessagesBulk[] = [];
  for (const channelId of selectsMessages(selection) ? (selection.channels ?? []) : []) {
    const { read, history } = access.rights(principal, channelId, nowMs);
    if (!read) continue;
    const messages = history ? await listMessages(query, channelId, {}, SNAPSHOT_MESSAGES) : [];
    const [seq] = await feedHeads(query, [channelFeed(channelId)]);
    snapshots.push({ channelId, serverId: guildId, messages, seq: seq!, reason });
  }
  const rooms = selectsRooms(selection) ? { rooms: await visibleRooms(reading, reason) } : {};
  return { reason, gaps: reason === 'joined' ? [] : [gap], snapshots, ...rooms, tail: [] };
}

async function visibleRooms(reading: StreamReadContext, reason: SnapshotReason): Promise<RoomsList> {
  const { query, access, principal, selection, nowMs } = reading;
  const { guildId, channels } = selection;
  const rooms = await listRooms(query, guildId);
  const [seq] = await feedHeads(query, [guildFeed(guildId)]);
  const visible = rooms.filter(
    ({ channelId }) =>
      (!channels || channels.has(channelId)) && access.rights(principal, channelId, nowMs).see,
  );
  return { guildId, rooms: visible, seq: seq!, reason };
}

/** Past events of a channel require the right to read its history. */
const mayReadHistory =
  ({ access, principal, nowMs }: StreamReadContext) =>
  ({ channelId }: Change): boolean =>
    channelId === null || access.rights(principal, channelId, nowMs).history;

/** The selected facts of a change that are visible with the access rights at the end of the tail. */
function visibleFacts(reading: StreamReadContext, change: Change): PublicEvent[] {
  const { access, principal, selection, nowMs } = reading;
  if (!mayReadHistory(reading)(change)) return [];
  return cachedFactsOf(change)!.filter(
    (fact) => isSelected(selection, fact) && access.receives(principal, fact, nowMs),
  );
}

/** Whether the tail has a change that was hidden from the user when it was made, and is visible now. */
async function containsHidden(
  { query, ...context }: StreamReadContext,
  tail: readonly VisibleChange[],
): Promise<boolean> {
  const [first] = tail;
  if (!first) return false;
  const unchangedSince = await readUnchangedSince(query, context, first.seq);
  const isHidden = (seq: number, { channelId, type }: PublicEvent) =>
    !unchangedSince(neededRight(type) === 'audit_log' ? null : channelId, seq);
  return tail.some(({ seq, facts }) => facts.some((fact) => isHidden(seq, fact)));
}

/** A gap for each channel whose past events are withheld because the user may not read its history. */
function historyGaps(reading: StreamReadContext, tail: readonly Change[]): StreamGap[] {
  const { access, principal, selection, nowMs, after, head } = reading;
  const unreadable = tail.filter((change) => {
    if (change.channelId === null || mayReadHistory(reading)(change)) return false;
    const selected = cachedFactsOf(change)!.some(
      (fact) => needsReadRight(fact) && isSelected(selection, fact),
    );
    return selected && access.rights(principal, change.channelId, nowMs).read;
  });
  return [...new Set(unreadable.map(({ channelId }) => channelId!))].map((channelId) => ({
    guildId: selection.guildId,
    channelId,
    reason: 'history_forbidden',
    after: after!,
    seq: head,
  }));
}
