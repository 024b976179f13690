import type { ReplayGap } from '@discord-relay/contracts';
import fc from 'fast-check';
import { beganIn, clampTo, listedGap, recordedRange, withSkip } from './machine-state.js';

const at = (time: string): number => Date.parse(`${time}:00.000Z`);
const gap = (cause: string, from: string | null, to: string | null) =>
  listedGap({
    ...{
      id: '1',
      guildId: '1',
      gapId: cause === 'not_kept' ? null : `${cause} ${from}`,
      cause,
      closedAt: null,
    },
    ...{ from: from && `${from}:00.000Z`, to: to && `${to}:00.000Z`, unrecoverable: null },
  } as ReplayGap);
const ASKED = { fromMs: at('2026-03-01T00:00'), toMs: at('2026-03-31T00:00') };

describe('the range of the time machine', () => {
  it('the range begins when the relay was started first, or when the log begins', () => {
    const first = gap('first_start', null, '2026-03-02T00:00');
    const notKept = gap('not_kept', '2026-03-01T00:00', '2026-03-09T00:00');
    const lost = gap('session_lost', '2026-03-20T00:00', '2026-03-20T01:00');
    expect(recordedRange(ASKED, []).range).toEqual(ASKED);
    expect(recordedRange(ASKED, [first, lost]).range.fromMs).toBe(at('2026-03-02T00:00'));
    expect(recordedRange(ASKED, [first, notKept, lost]).range.fromMs).toBe(at('2026-03-09T00:00'));
  });

  it('gaps inside the range are listed in order, also one that has no end yet', () => {
    const gaps = [
      gap('session_lost', '2026-03-20T00:00', null),
      gap('session_lost', '2026-03-10T00:00', '2026-03-10T01:00'),
      gap('session_lost', '2026-03-01T00:00', '2026-03-01T10:00'),
      gap('first_start', null, '2026-03-02T00:00'),
    ];
    const found = recordedRange(ASKED, gaps).gaps;
    expect(found.map(({ from }) => from?.slice(0, 10))).toEqual(['2026-03-10', '2026-03-20']);
  });

  it('what the log no longer has is listed, although it is before the range', () => {
    const notKept = gap('not_kept', '2026-03-01T00:00', '2026-03-09T00:00');
    expect(recordedRange(ASKED, [notKept]).gaps).toEqual([notKept]);
  });

  it('a channel that was created just now has a range that is not empty', () => {
    const { range } = recordedRange({ fromMs: 5, toMs: 5 }, []);
    expect(range.toMs).toBeGreaterThan(range.fromMs);
    const late = recordedRange(ASKED, [gap('first_start', null, '2026-04-09T00:00')]);
    expect(late.range.toMs).toBeGreaterThan(late.range.fromMs);
    expect(clampTo(late.range, 0)).toBe(late.range.fromMs);
  });
});

/** Minutes after the beginning of the range that is asked for, also before it and after its end. */
const minutes = fc.integer({ min: -2_000, max: 50_000 });
const isoAt = (minute: number): string => new Date(ASKED.fromMs + minute * 60_000).toISOString();
/** As the relay reports them: one of the first start has no beginning, and one that is open has no end. */
const gaps = fc.array(
  fc
    .tuple(fc.constantFrom('first_start', 'not_kept', 'session_lost'), minutes, fc.nat(3_000), fc.boolean())
    .map(([cause, start, length, isOpen]) =>
      listedGap({
        ...{ id: '1', guildId: '1', gapId: null, closedAt: null, unrecoverable: null, cause },
        from: cause === 'first_start' ? null : isoAt(start),
        to: isOpen && cause === 'session_lost' ? null : isoAt(start + length),
      } as unknown as ReplayGap),
    ),
);

describe('the range and the gaps of any history', () => {
  it('the range is inside what was asked and not empty, whatever the gaps', () => {
    fc.assert(
      fc.property(gaps, (found) => {
        const { range } = recordedRange(ASKED, found);
        expect(range.fromMs).toBeGreaterThanOrEqual(ASKED.fromMs);
        expect(range.toMs).toBe(ASKED.toMs);
        expect(range.toMs).toBeGreaterThan(range.fromMs);
      }),
    );
  });

  it('every gap that reaches into the range is listed once, in order, and no other', () => {
    fc.assert(
      fc.property(gaps, (found) => {
        const { range, gaps: listed } = recordedRange(ASKED, found);
        const starts = listed.map(({ from }) => Date.parse(from!));
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        const reaches = ({ from, to }: { from: string | null; to: string | null }) =>
          from !== null && (to === null || Date.parse(to) > range.fromMs);
        const expected = found.filter((each) => reaches(each) || each.cause === 'not_kept');
        expect(new Set(listed)).toEqual(new Set(expected));
        expect(listed).toHaveLength(expected.length);
      }),
    );
  });

  it('a time that was clamped stays where it is, and keeps its order with others', () => {
    const times = fc.double({ min: -1e13, max: 1e13, noNaN: true });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const [clampedA, clampedB] = [clampTo(ASKED, a), clampTo(ASKED, b)];
        expect(clampTo(ASKED, clampedA)).toBe(clampedA);
        expect(Math.sign(clampedA - clampedB) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('skipped times', () => {
  const skips = fc.array(
    fc
      .tuple(minutes, fc.nat(500))
      .map(([start, length]) => ({ from: isoAt(start), to: isoAt(start + length) })),
    { maxLength: 900 },
  );

  it('the newest skipped times are kept, in the order in which they were skipped', () => {
    fc.assert(
      fc.property(skips, (all) => {
        const kept = all.reduce<ReturnType<typeof withSkip>>(withSkip, []);
        expect(kept).toEqual(all.slice(-400));
      }),
      { numRuns: 30 },
    );
  });

  it('a gap is said together with the skipped time in which it began, its ends included', () => {
    fc.assert(
      fc.property(minutes, minutes, fc.nat(500), (start, from, length) => {
        const lost = {
          gapId: '1',
          cause: 'session_lost',
          from: isoAt(start),
          to: null,
          recovered: null,
        } as const;
        const skip = { from: isoAt(from), to: isoAt(from + length) };
        expect(beganIn(lost, skip)).toBe(from <= start && start <= from + length);
        expect(beganIn({ ...lost, from: null }, skip)).toBe(false);
      }),
    );
  });
});
