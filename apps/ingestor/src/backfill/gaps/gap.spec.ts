import fc from 'fast-check';
import { compareSnowflakes, snowflakeTimeMs, type Snowflake } from '@discord-relay/contracts';
import {
  boundsOf,
  gapClosedOf,
  gapBetween,
  snowflakeAt,
  snowflakeBefore,
  startOf,
  type GuildGap,
} from './gap.js';

const HOUR_MS = 3_600_000;
const READY_MS = Date.parse('2026-01-02T00:00:00.000Z');
const BEGUN = { sessionId: 'new', resumeUrl: 'ws://127.0.0.1', sequence: 1, shardCount: 2 };
const lostAt = (acknowledgedAt: string | null) => ({ sessionId: 'old', sequence: 7, acknowledgedAt });
const guildGap = (gap: ReturnType<typeof gapBetween>): GuildGap => ({
  ...gap,
  guildId: '1' as Snowflake,
  announced: true,
  channels: {},
});

describe('gapBetween', () => {
  it('a gap spans from the last acknowledged dispatch to READY', () => {
    const gap = gapBetween(lostAt('2026-01-01T23:00:00.000Z'), BEGUN, 1, READY_MS);
    expect(gap).toMatchObject({ gapId: 'old:new', cause: 'session_lost', lostSequence: 7, shardId: 1 });
    expect(snowflakeTimeMs(gap.from.snowflake!)).toBe(READY_MS - HOUR_MS);
    expect(snowflakeTimeMs(gap.to.snowflake)).toBe(READY_MS);
  });

  it('a gap has no beginning before the first session', () =>
    expect(gapBetween(null, BEGUN, 0, READY_MS)).toMatchObject({
      gapId: 'first:new',
      cause: 'first_start',
      from: { time: null, snowflake: null },
    }));
});

describe('boundsOf', () => {
  it('the bounds of a gap allow for clock differences', () => {
    const gap = gapBetween(lostAt('2026-01-01T23:00:00.000Z'), BEGUN, 0, READY_MS);
    const bounds = boundsOf(gap, 72 * HOUR_MS);
    expect(snowflakeTimeMs(bounds.missedAfter)).toBe(READY_MS - HOUR_MS - 60_000);
    expect(bounds.beyondHorizon).toBe(false);
  });

  it.each([null, '2025-01-01T00:00:00.000Z'])(
    'the bounds of a gap end at the horizon, which is said (from %s)',
    (time) => {
      const bounds = boundsOf(gapBetween(lostAt(time), BEGUN, 0, READY_MS), HOUR_MS);
      expect(snowflakeTimeMs(bounds.missedAfter)).toBe(READY_MS - HOUR_MS);
      expect(bounds.beyondHorizon).toBe(true);
    },
  );
});

describe('startOf', () => {
  const bounds = boundsOf(gapBetween(lostAt('2026-01-01T23:00:00.000Z'), BEGUN, 0, READY_MS), 72 * HOUR_MS);

  it('backfill never starts after what was missed, and uses no more known messages than allowed', () => {
    const offsetMs = fc.integer({ min: 0, max: 100 * HOUR_MS });
    fc.assert(
      fc.property(fc.uniqueArray(offsetMs, { maxLength: 30 }), fc.nat(10), (offsets, compare) => {
        const ids = offsets.map((ms) => snowflakeAt(READY_MS - ms)).sort(compareSnowflakes);
        const start = startOf(ids, bounds, compare);
        expect(compareSnowflakes(start, bounds.missedAfter)).toBeLessThanOrEqual(0);
        const older = ids.filter(
          (id) => compareSnowflakes(id, start) > 0 && compareSnowflakes(id, bounds.missedAfter) <= 0,
        );
        expect(older.length).toBeLessThanOrEqual(compare);
      }),
    );
  });

  it('backfill starts directly before the oldest compared message', () => {
    const ids = [70, 60, 50].map((hours) => snowflakeAt(READY_MS - hours * HOUR_MS));
    expect(startOf(ids, bounds, 2)).toBe(snowflakeBefore(ids[1]!));
  });
});

describe('closingOf', () => {
  it('the end of a gap names what was left out', () => {
    const gap = guildGap(gapBetween(null, BEGUN, 0, READY_MS));
    gap.channels = {
      '1': { cursor: null, upTo: null, read: 0, state: 'done' },
      '2': { cursor: null, upTo: null, read: 0, state: 'skipped', reason: 'no_read_history' },
      '3': { cursor: null, upTo: null, read: 9, state: 'done', reason: 'beyond_limit' },
    };
    gap.leftOut = ['no_read_history:2', 'unknown_emoji:4/5'];
    const recovered = { messages: 9, edits: 0, deletions: 0, reactions: 0, threads: 0 };
    const closing = gapClosedOf(gap, recovered, false);
    expect(closing.channels).toEqual({ done: 2, skipped: 1 });
    expect(closing.unrecoverable).toEqual(
      expect.arrayContaining(['beyond_horizon', 'no_read_history:2', 'beyond_limit:3', 'unknown_emoji:4/5']),
    );
  });

  it('the end of a gap names the horizon once, although it is stored with the gap as well', () => {
    const gap = guildGap(gapBetween(null, BEGUN, 0, READY_MS));
    gap.leftOut = ['beyond_horizon'];
    const recovered = { messages: 0, edits: 0, deletions: 0, reactions: 0, threads: 0 };
    const { unrecoverable } = gapClosedOf(gap, recovered, true);
    expect(unrecoverable.filter((entry) => entry === 'beyond_horizon')).toHaveLength(1);
  });
});
