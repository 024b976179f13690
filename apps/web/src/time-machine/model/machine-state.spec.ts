import type { ReplayGap } from '@discord-relay/contracts';
import { clampTo, listedGap, recordedRange } from './machine-state.js';

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
