import type { QueueState } from '@discord-relay/contracts';
import fc from 'fast-check';
import { queueStatistics } from './queue-statistics.js';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T00:00:00Z');
const SPAN = { from: new Date(START_MS), to: new Date(START_MS + 7 * DAY_MS) };

const item = (openedAt: string, state: QueueState = 'waiting', firstResponseS: number | null = null) => ({
  openedAtMs: Date.parse(openedAt),
  state,
  firstResponseS,
});

describe('queueStatistics', () => {
  it('queueStatistics counts conversations by the day on which they were opened in the time zone', () => {
    const items = [
      item('2026-03-01T22:30:00Z', 'waiting'),
      item('2026-03-01T23:30:00Z', 'answered', 60),
      item('2026-03-02T05:00:00Z', 'solved', 120),
    ];
    const { days, total } = queueStatistics(items, SPAN, 'Europe/Berlin');
    expect(days).toEqual([
      {
        ...{ day: '2026-03-01', opened: 1, waiting: 1, answered: 0, solved: 0, responded: 0 },
        ...{ firstResponseMedianS: null, firstResponseP90S: null },
      },
      {
        ...{ day: '2026-03-02', opened: 2, waiting: 0, answered: 1, solved: 1, responded: 2 },
        ...{ firstResponseMedianS: 60, firstResponseP90S: 120 },
      },
    ]);
    expect(total).toMatchObject({ opened: 3, responded: 2, firstResponseMedianS: 60 });
    expect(queueStatistics(items, SPAN, 'Asia/Kolkata').days.map(({ day }) => day)).toEqual(['2026-03-02']);
  });

  it('queueStatistics counts only conversations that were opened in the span', () => {
    const items = [item('2026-02-28T23:59:59Z'), item('2026-03-01T00:00:00Z'), item('2026-03-08T00:00:00Z')];
    expect(queueStatistics(items, SPAN, 'UTC').total.opened).toBe(1);
  });

  const anyItem = fc.record({
    openedAtMs: fc.integer({ min: START_MS - DAY_MS, max: START_MS + 8 * DAY_MS }),
    state: fc.constantFrom<QueueState>('waiting', 'answered', 'solved'),
    firstResponseS: fc.option(fc.nat(100_000)),
  });

  it('queueStatistics counts every conversation of the span once, and half of the responses take at most the median', () => {
    fc.assert(
      fc.property(
        fc.array(anyItem, { maxLength: 60 }),
        fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns'),
        (items, zone) => {
          const { days, total } = queueStatistics(items, SPAN, zone);
          const sum = (key: 'opened' | 'waiting' | 'answered' | 'solved' | 'responded') =>
            days.reduce((all, counts) => all + counts[key], 0);
          for (const key of ['opened', 'waiting', 'answered', 'solved', 'responded'] as const)
            expect(sum(key)).toBe(total[key]);
          expect(total.waiting + total.answered + total.solved).toBe(total.opened);
          const inSpan = items.filter(
            ({ openedAtMs }) => openedAtMs >= START_MS && openedAtMs < START_MS + 7 * DAY_MS,
          );
          expect(total.opened).toBe(inSpan.length);
          const { firstResponseMedianS: median } = total;
          const quick = inSpan.filter(
            ({ firstResponseS }) => firstResponseS !== null && firstResponseS <= (median ?? -1),
          );
          expect(quick.length * 2).toBeGreaterThanOrEqual(total.responded);
        },
      ),
    );
  });
});
