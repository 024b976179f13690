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

/** A gap may begin this much earlier than its known start, because clocks differ and dispatches take time. */
const CLOCK_MARGIN_MS = 60_000;

/** The progress of one channel or thread. */
export interface ChannelProgress {
  /** Everything up to this id (lost session) or down to this id (first start) is in the log; null: not started. */
  cursor: Snowflake | null;
  /** The newest message when the channel was listed, after READY; newer ones arrive live. */
  upTo: Snowflake | null;
  /** Messages read so far. */
  read: number;
  state: 'open' | 'done' | 'skipped';
  /** Why the channel was skipped, or which part of it is left out. */
  reason?: LeftOutReason;
}

export interface AttemptLimits {
  /** Attempts at an item before it is given up as unreachable … */
  attempts: number;
  /** … and the minimum time over which they are made. */
  giveUpMs: number;
}

/** The gap of one guild, stored until it is closed. */
export interface GuildGap extends GapOpened {
  guildId: Snowflake;
  /** Whether `gap.opened` is in the log. */
  announced: boolean;
  channels: Record<string, ChannelProgress>;
  /** The omissions that gap.closed will name. */
  leftOut?: Unrecoverable[];
  /** Items whose requests failed and will be retried, with the number of attempts and the time over which they were made. */
  failing?: Record<string, { attempts: number; forMs: number }>;
}

export interface BackfillLimits {
  /** Messages per channel that a first start imports; 0 for none. */
  importMessages: number;
  /** Messages per channel that are compared for edits and deletions. */
  compareMessages: number;
  horizonMs: number;
  /** Archived threads per channel. */
  archivedThreads: number;
  attempts: AttemptLimits;
}

/** The smallest id with this timestamp. */
export function snowflakeAt(timeMs: number): Snowflake {
  const sinceEpochMs = Math.max(0, Math.floor(timeMs) - DISCORD_EPOCH_MS);
  return String(BigInt(sinceEpochMs) << 22n) as Snowflake;
}

export const snowflakeBefore = (id: Snowflake): Snowflake =>
  (id === '0' ? '0' : String(BigInt(id) - 1n)) as Snowflake;

/** The beginning of the gap id for a guild's import during a session; the sequence follows. */
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

/** The ids that a gap covers. */
export interface GapBounds {
  /** Nothing older is compared. */
  floor: Snowflake;
  /** Newer messages that are not in the log have been missed. */
  missedAfter: Snowflake;
  /** Newer messages may arrive live … */
  liveFrom: Snowflake;
  /** … and messages newer than this certainly do. */
  liveAfter: Snowflake;
  /** Start of the part of the log that has to be read; undefined: all of it. */
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

/** The id after which a channel is read: the missed messages, and before them those that are compared. */
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

/** Maximum number of entries in gap.closed: an event has to fit into one message of the log. */
const NAMED_MAX = 10_000;

/** The omissions that gap.closed names, and the number of further ones. */
export function nameOmissions(leftOut: readonly Unrecoverable[]): Unrecoverable[] {
  const rest = leftOut.length - NAMED_MAX;
  return rest > 0 ? [...leftOut.slice(0, NAMED_MAX), `and_more:${rest}`] : [...leftOut];
}

export function gapClosedOf(gap: GuildGap, recovered: Recovered, beyondHorizon: boolean): GapClosed {
  const channels = Object.entries(gap.channels);
  const skipped = channels.filter(([, { state }]) => state === 'skipped').length;
  const cut = beyondHorizon || channels.some(([, { reason }]) => reason === 'beyond_limit');
  // Gaps of earlier versions record omissions only with their channel.
  const ofChannels = channels.flatMap(([id, { reason }]) => (reason ? [`${reason}:${id}` as const] : []));
  const leftOut = [...new Set<Unrecoverable>([...ofChannels, ...(gap.leftOut ?? [])])];
  return {
    gapId: gap.gapId,
    recovered: { ...recovered },
    unrecoverable: [
      ...NEVER_RECOVERED,
      ...(cut ? ['beyond_horizon' as const] : []),
      ...nameOmissions(leftOut.filter((entry) => !cut || entry !== 'beyond_horizon')),
    ],
    channels: { done: channels.length - skipped, skipped },
  };
}
