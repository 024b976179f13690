import type { StatusReport } from '@discord-relay/platform';
import { formatReplay } from './format-replay.js';
import { formatStatus } from './format-status.js';

const report = (instance: string, detail: Record<string, unknown>): StatusReport => ({
  service: 'projector',
  instance,
  startId: 'one',
  state: 'ready',
  version: '0.0.0',
  uptimeMs: 1_000,
  checks: {},
  detail,
});
const partition = (fields: object) => ({
  partition: 0,
  owned: true,
  seq: 1,
  lag: 0,
  lagSeconds: 0,
  state: 'live',
  problem: null,
  ...fields,
});

describe('formatReplay', () => {
  it('the replay table shows how far every partition is behind, its speed and remaining time, and the parked events', () => {
    const a = report('a', {
      partitions: [
        partition({ partition: 2, state: 'replaying', lag: 812_440, lagSeconds: 7_262.04 }),
        partition({ partition: 1, owned: false, state: 'standby' }),
      ],
      replay: { remaining: 812_440, eventsPerSecond: 31_200, remainingSeconds: 27 },
      parked: 3,
      parkedSince: '2026-01-05T09:12:44.120Z',
    });
    const b = report('b', {
      partitions: [
        partition({ partition: 1, lag: 4, lagSeconds: 0.26 }),
        partition({ owned: false, state: 'retrying', lag: 9, lagSeconds: 65, problem: 'disk full' }),
      ],
      replay: null,
      parked: 2,
    });
    expect(formatReplay([a, b]).split('\n')).toEqual([
      'PARTITION  STATE      EVENTS BEHIND  SECONDS BEHIND  INSTANCE  PROBLEM',
      '0          retrying   9              65.0            b         disk full',
      '1          live       4              0.3             b',
      '2          replaying  812,440        7262.0          a',
      'a replays: 812,440 events to go, 31,200 events/s, about 27s left',
      '3 events are parked, the first since 2026-01-05T09:12:44.120Z: see `relay parked list`',
    ]);
  });

  it('the replay table shows a partition without an owner once, with the reason', () => {
    const waiting = { owned: false, state: 'standby', lag: 6 };
    const report1 = report('a', {
      partitions: [
        partition({ owned: false, state: 'paused', lag: 4, lagSeconds: 9 }),
        partition({ ...waiting, partition: 1 }),
        partition({ ...waiting, partition: 2 }),
        partition({ owned: false, state: 'standby', partition: 3 }),
      ],
    });
    const report2 = report('b', {
      partitions: [
        partition({ owned: false, state: 'paused', lag: 5, lagSeconds: 9.9 }),
        partition({ ...waiting, partition: 1, lag: 5 }),
        partition({ partition: 2 }),
      ],
    });
    expect(formatReplay([report1, report2]).split('\n')).toEqual([
      'PARTITION  STATE    EVENTS BEHIND  SECONDS BEHIND  INSTANCE  PROBLEM',
      '0          paused   5              9.9             nobody',
      '1          standby  6              0.0             nobody',
      '2          live     0              0.0             b',
    ]);
  });

  it('the replay table shows no remaining time while nothing is projected', () => {
    const replay = { remaining: 5_000, eventsPerSecond: 0, remainingSeconds: null };
    const stuck = report('a', { partitions: [partition({ lag: 5_000 })], replay });
    expect(formatReplay([stuck])).toMatch(/5,000 events to go, 0 events\/s, not moving$/);
  });

  it('a projector that reports nothing adds nothing to the replay table, which follows the services', () => {
    expect(formatReplay([report('a', {}), report('b', { partitions: 'other' })])).toBe('');
    const projector = [report('a', { partitions: [partition({})] })];
    expect(formatStatus({ ingestor: [], projector, 'gateway-api': [] })).toMatch(
      /gateway-api {2}no answer\n\nPARTITION/,
    );
  });
});
