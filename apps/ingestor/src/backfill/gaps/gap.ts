import {
  compareSnowflakes,
  DISCORD_EPOCH_MS,
  type GapClosed,
  type GapOpened,
  type LeftOutReason,
  type Recovered,
  type Snowflake,
  type Unrecoverable,
} from '@discord-relay/contracts';
import type { LostSession, ResumableSession } from '../../discord/sessions/shard-session.js';

/** Discord's clocks and ours differ, and a dispatch takes a while: how much earlier than known the gap may begin. */
const CLOCK_MARGIN_MS = 60_000;

/** How far one channel, or thread, of a guild is. */
export interface ChannelProgress {
  /** Everything up to here (session lost) or down to here (first start) is in the log; null: not begun. */
  cursor: Snowflake | null;
  /** Newest message when the channel was listed, after READY: what is newer comes live. */
  upTo: Snowflake | null;
  /** Messages read so far. */
  read: number;
  state: 'open' | 'done' | 'skipped';
  /** Why it was skipped, or what part of it stays out. */
  reason?: LeftOutReason;
}

export interface AttemptLimits {
  /** Attempts at an item before it is given up as unreachable … */
  attempts: number;
  /** … and for how long at least. */
  giveUpMs: number;
}

/** One guild's gap, as it is stored until it is closed. */
export interface GuildGap extends GapOpened {
  guildId: Snowflake;
  /** Whether `gap.opened` is in the log. */
  announced: boolean;
  channels: Record<string, ChannelProgress>;
  /** What its end will name. */
  leftOut?: Unrecoverable[];
  /** Items whose requests failed and are made again: how often, and for how long. */
  failing?: Record<string, { attempts: number; forMs: number }>;
}

export interface BackfillLimits {
  /** Messages per channel that a first start imports; 0: none. */
  importMessages: number;
  /** Messages per channel that are compared for edits and deletions. */
  compareMessages: number;
  horizonMs: number;
  /** Archived threads per channel. */
  archivedThreads: number;
  attempts: AttemptLimits;
}

/** The smallest id that can be made at this time. */
export function snowflakeAt(timeMs: number): Snowflake {
  const sinceEpochMs = Math.max(0, Math.floor(timeMs) - DISCORD_EPOCH_MS);
  return String(BigInt(sinceEpochMs) << 22n) as Snowflake;
}

export const snowflakeBefore = (id: Snowflake): Snowflake =>
  (id === '0' ? '0' : String(BigInt(id) - 1n)) as Snowflake;

/** Names the import of a guild that appeared in a session, before its sequence. */
export const importPrefix = (sessionId: string): string => `first:${sessionId}:`;

/** The gap between two sessions of a shard, or before the first one. */
export function gapBetween(
  lost: LostSession | null,
  begun: Pick<ResumableSession, 'sessionId' | 'shardCount'>,
  shardId: number,
  beganAtMs: number,
): GapOpened {
  const time = lost?.acknowledgedAt ?? null;
  return {
    gapId: `${lost?.sessionId ?? 'first'}:${begun.sessionId}`,
    shardId,
    shardCount: begun.shardCount,
    cause: lost ? 'session_lost' : 'first_start',
    lostSessionId: lost?.sessionId ?? null,
    lostSequence: lost?.sequence ?? null,
    from: { time, snowflake: time === null ? null : snowflakeAt(Date.parse(time)) },
    to: { time: new Date(beganAtMs).toISOString(), snowflake: snowflakeAt(beganAtMs) },
  };
}

/** Which ids a gap concerns. */
export interface GapBounds {
  /** Nothing older is looked at. */
  floor: Snowflake;
  /** Messages that are newer and not in the log were missed. */
  missedAfter: Snowflake;
  /** Messages that are newer may come live … */
  liveFrom: Snowflake;
  /** … and those that are newer than this do. */
  liveAfter: Snowflake;
  /** From when on the log has to be known; undefined: all of it. */
  logFromMs: number | undefined;
  beyondHorizon: boolean;
}

export function boundsOf(gap: Pick<GuildGap, 'cause' | 'from' | 'to'>, horizonMs: number): GapBounds {
  const zero = '0' as Snowflake;
  const toMs = Date.parse(gap.to.time);
  const live = {
    liveFrom: snowflakeAt(toMs - CLOCK_MARGIN_MS),
    liveAfter: snowflakeAt(toMs + CLOCK_MARGIN_MS),
  };
  if (gap.cause === 'first_start') {
    return { floor: zero, missedAfter: zero, ...live, logFromMs: undefined, beyondHorizon: false };
  }
  const floorMs = toMs - horizonMs;
  const fromMs = gap.from.time === null ? -Infinity : Date.parse(gap.from.time) - CLOCK_MARGIN_MS;
  return {
    floor: snowflakeAt(floorMs),
    missedAfter: snowflakeAt(Math.max(floorMs, fromMs)),
    ...live,
    logFromMs: floorMs - CLOCK_MARGIN_MS,
    beyondHorizon: fromMs < floorMs,
  };
}

/** After which id a channel is read: what was missed, and before it the window that is compared. */
export function startOf(
  knownIds: readonly Snowflake[],
  bounds: GapBounds,
  compareMessages: number,
): Snowflake {
  const inReach = knownIds.filter((id) => compareSnowflakes(id, bounds.floor) >= 0);
  const oldest = compareMessages > 0 ? inReach.slice(-compareMessages)[0] : undefined;
  if (oldest === undefined) return bounds.missedAfter;
  const before = snowflakeBefore(oldest);
  return compareSnowflakes(before, bounds.missedAfter) < 0 ? before : bounds.missedAfter;
}

const NEVER_RECOVERED: readonly Unrecoverable[] = [
  'intermediate_edits',
  'messages_created_and_deleted',
  'reaction_order',
  'reactions_exchanged',
  'typing',
  'presence',
  'voice_moves',
];

/** Entries that a gap's end names; an event has to fit into one message of the log. */
const NAMED_MAX = 10_000;

/** What a gap's end can name of what was left out, and how much more there is. */
export function nameOmissions(leftOut: readonly Unrecoverable[]): Unrecoverable[] {
  const rest = leftOut.length - NAMED_MAX;
  return rest > 0 ? [...leftOut.slice(0, NAMED_MAX), `and_more:${rest}`] : [...leftOut];
}

/** What a gap's end says. */
export function gapClosedOf(gap: GuildGap, recovered: Recovered, beyondHorizon: boolean): GapClosed {
  const channels = Object.entries(gap.channels);
  const skipped = channels.filter(([, { state }]) => state === 'skipped').length;
  const cut = beyondHorizon || channels.some(([, { reason }]) => reason === 'beyond_limit');
  // Gaps that an earlier version stored name what they left out by its channel alone.
  const ofChannels = channels.flatMap(([id, { reason }]) => (reason ? [`${reason}:${id}` as const] : []));
  const leftOut = [...new Set<Unrecoverable>([...ofChannels, ...(gap.leftOut ?? [])])];
  return {
    gapId: gap.gapId,
    recovered: { ...recovered },
    unrecoverable: [
      ...NEVER_RECOVERED,
      ...(cut ? ['beyond_horizon' as const] : []),
      ...nameOmissions(leftOut),
    ],
    channels: { done: channels.length - skipped, skipped },
  };
}
