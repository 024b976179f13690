import type { MessagesBulk, ReplayGap, RoomsList, WireChannel, WireFact } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../access/guild-access.js';
import { seesAllChannels, type Principal } from '../access/principal.js';
import type { Querying, ReadModelDatabase } from '../database/read-model.database.js';
import { EventJudge, type JudgedEvent } from '../log/judge/event-judge.js';
import { gapsInRange, type GuildGap } from '../log/judge/gaps-in-range.query.js';
import { judgedWhenProjected } from '../log/judge/judged-when-projected.js';
import type { LogAccess } from '../log/reader/log-access.js';
import { readRange } from '../log/reader/read-range.js';
import { LOGGED_TYPES, MESSAGE_TYPES } from '../log/select/event-types.js';
import type { LoggedEvent, LogRecord } from '../log/select/logged-event.js';
import type { Redaction } from '../log/select/redact.js';
import { liveFactsOf } from './convert/live-facts.js';
import { PastPlaces } from './convert/past-places.js';
import { PollTally } from './convert/poll-tally.js';
import { messageEffects } from './read/message-effects.query.js';
import { PastRights } from './read/past-rights.js';
import { channelsAt, messagesAt, type RightsIn, roomsAt } from './read/past-state.query.js';
import type { ReplayPlan } from './replay-plan.js';

/** How long a replay waits for the read models. */
const PROJECTION_WAIT_MS = 10_000;

/** What a client would have received for one event. */
export interface PastFacts {
  seq: number;
  storedAtMs: number;
  redaction: Redaction | undefined;
  /** Size of the event in the log. */
  bytes: number;
  facts: WireFact[];
}

/** The state at the beginning: of a channel with its messages, or of a guild with its rooms. */
export interface PastSnapshot {
  channels: WireChannel[];
  messages?: MessagesBulk;
  rooms?: RoomsList;
}

/** Who the replay is for, and how their rights are judged: now and in the past. */
interface Caller {
  principal: Principal;
  judge: EventJudge;
  rights: PastRights;
}

export interface ReplaySources {
  log: LogAccess;
  database: ReadModelDatabase;
  publicChannels: ReadonlySet<string>;
}

/** Events of these groups show places and rooms; only analysts and admins receive them, as in the event stream. */
const PLACE_GROUPS = /^(channel|thread|room|voice)\./;
const PLACE_TYPES = LOGGED_TYPES.filter((type) => PLACE_GROUPS.test(type));

/** Reads what a replay sends, limited to what its user may see at the moment of each call. */
export class ReplayContent {
  private readonly memory = { polls: new PollTally(), places: new PastPlaces() };
  private current: Caller | undefined;

  /** @param access the rights of the guild now */
  constructor(
    private readonly plan: ReplayPlan,
    private readonly sources: ReplaySources,
    private readonly principal: () => Principal,
    private readonly access: () => GuildAccess,
  ) {}

  /** The gaps of the range, without channels that the user may not see. */
  async *gaps(): AsyncGenerator<Omit<ReplayGap, 'id'>> {
    const { guildId, fromMs, toMs, range } = this.plan;
    if (range.notKeptUntil !== null) yield await this.notKept();
    const gaps = gapsInRange(this.sources.database, { guildIds: [guildId], fromMs, toMs });
    for await (const gap of gaps) {
      const shown = await this.judge.showGap(gap);
      if (shown) yield toReplayGap(shown);
    }
  }

  /** Sequence of the last event before a time, within the range. */
  async seqBefore(timeMs: number): Promise<number> {
    const { afterSeq, untilSeq } = this.plan.range;
    const next = await this.sources.log.seqAt(timeMs);
    return Math.max(afterSeq, Math.min(next === null ? untilSeq : next - 1, untilSeq));
  }

  /** The state after the event with this sequence, at this time: what the user may see now, and could see then. */
  snapshot(seq: number, atMs: number): Promise<PastSnapshot> {
    const { guildId, channelId, limit } = this.plan;
    const principal = this.principal();
    return this.sources.database.snapshot(async (query) => {
      const rights = await this.rightsThenAndNow(query, seq, atMs);
      const channels = await channelsAt(query, { guildId, channelId }, seq, rights);
      const snapshot: PastSnapshot = { channels };
      if (channelId === null) snapshot.rooms = await roomsAt(query, guildId, seq, rights);
      else if (rights(channelId).history) {
        const hideSuperseded = !seesAllChannels(principal);
        const request = { guildId, channelId, limit, hideSuperseded };
        snapshot.messages = await messagesAt(query, request, { seq, atMs });
      } else
        snapshot.messages = { channelId, serverId: guildId, messages: [], seq, reason: 'history_forbidden' };
      this.memory.polls.clear();
      for (const { id, poll } of snapshot.messages?.messages ?? []) this.memory.polls.remember(id, poll);
      this.memory.places.reset(channels);
      return snapshot;
    });
  }

  /** The messages of the log after a sequence, to the end of the range. */
  async *read(afterSeq: number, signal: AbortSignal): AsyncGenerator<LogRecord[]> {
    const { guildId, channelId, range } = this.plan;
    const types = new Set(
      seesAllChannels(this.principal()) ? [...MESSAGE_TYPES, ...PLACE_TYPES] : MESSAGE_TYPES,
    );
    const selection = { guildIds: [guildId], channelIds: channelId && [channelId], types };
    const reader = this.sources.log.open(selection, afterSeq, signal);
    try {
      const batches = readRange(reader, { afterSeq, untilSeq: range.untilSeq }, signal);
      for await (const { records } of batches) yield records;
    } finally {
      await reader.close();
    }
  }

  /** The facts of the events that the user may see, as the read models reach them. */
  async *factsOf(events: readonly LoggedEvent[], signal: AbortSignal): AsyncGenerator<PastFacts[]> {
    const judge = (batch: readonly LoggedEvent[]) => this.judge.decide(batch);
    const { priority } = this.sources.log;
    const options = { judge, run: priority.run.bind(priority), waitMs: PROJECTION_WAIT_MS, signal };
    for await (const { judged } of judgedWhenProjected(events, options))
      yield await this.convert(judged.known);
  }

  private async convert(known: readonly JudgedEvent[]): Promise<PastFacts[]> {
    const { database } = this.sources;
    const permitted = await this.permittedThen(known);
    const effects = await messageEffects(database, permitted.map(messageKeyOf));
    return permitted.flatMap(({ event: logged, redaction }, i) => {
      const { event, seq, storedAtMs, size } = logged;
      if (!event) return [];
      const facts = liveFactsOf({ event, redaction, effect: effects.get(i) }, this.memory);
      // A deletion has no content.
      const withheld = logged.type === 'message.deleted' ? undefined : redaction;
      return [{ seq, storedAtMs, redaction: withheld, bytes: size, facts }];
    });
  }

  /** A viewer sees what they could see then, too. */
  private async permittedThen(known: readonly JudgedEvent[]): Promise<readonly JudgedEvent[]> {
    if (seesAllChannels(this.principal())) return known;
    const { rights } = this.caller;
    const permitted: JudgedEvent[] = [];
    for (const each of known) {
      const { channelId, seq, storedAtMs } = each.event;
      const { database } = this.sources;
      if (channelId !== null && (await rights.history(database, channelId, seq, storedAtMs)))
        permitted.push(each);
    }
    return permitted;
  }

  private async rightsThenAndNow(query: Querying, seq: number, atMs: number): Promise<RightsIn> {
    const principal = this.principal();
    const then = await this.caller.rights.after(query, seq);
    const now = this.access();
    return (channelId) => {
      const past = then.rights(principal, channelId, atMs);
      const present = now.rights(principal, channelId, wallClockMs());
      return {
        see: past.see && present.see,
        read: past.read && present.read,
        history: past.history && present.history,
      };
    };
  }

  private get judge(): EventJudge {
    return this.caller.judge;
  }

  /** A new token may have fewer rights. */
  private get caller(): Caller {
    const principal = this.principal();
    if (this.current?.principal !== principal) {
      const { database, publicChannels } = this.sources;
      const { guildId, channelId } = this.plan;
      const selection = { types: new Set<never>(), authors: null };
      const judge = new EventJudge(database, publicChannels, principal, selection);
      const channelIds = channelId === null ? {} : { channelIds: [channelId] };
      const rights = new PastRights({ guildId, publicChannels, ...channelIds }, principal);
      this.current = { principal, judge, rights };
    }
    return this.current;
  }

  private async notKept(): Promise<Omit<ReplayGap, 'id'>> {
    const { guildId, fromMs, range } = this.plan;
    const keptFromMs = await this.sources.log.storedAtMs(range.log.firstSeq);
    return {
      guildId,
      gapId: null,
      cause: 'not_kept',
      from: new Date(fromMs).toISOString(),
      to: keptFromMs === null ? null : new Date(keptFromMs).toISOString(),
      closedAt: null,
      unrecoverable: null,
    };
  }
}

const toReplayGap = ({ guildId, gapId, cause, from, to, closedAt, unrecoverable }: GuildGap) => ({
  guildId,
  gapId,
  cause,
  from,
  to,
  closedAt,
  unrecoverable,
});

const messageKeyOf = ({ event: { type, messageId, seq } }: JudgedEvent) =>
  messageId !== undefined && (type === 'message.created' || type === 'message.updated')
    ? { messageId, seq }
    : undefined;
