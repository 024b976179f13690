import { duplicateIn } from './instance-guard.js';
import { instanceOf, leaseOwner } from '../config/instance.js';
import type { StatusReport } from '../health/status-report.js';

const OWN = { instance: 'projector-1', startId: 'mmmm', uptimeMs: 60_000 };
const report = (over: Partial<StatusReport>) => ({ ...OWN, ...over }) as StatusReport;

describe('twinIn', () => {
  it('recognises its own answer, other instances, and releases without start ids', () => {
    for (const over of [{}, { instance: 'projector-2', startId: 'zzzz' }, { startId: undefined }])
      expect(duplicateIn(report(over), OWN)).toBeNull();
  });

  it('refuses the process that started later', () => {
    expect(duplicateIn(report({ startId: 'zzzz', uptimeMs: 90_000 }), OWN)).toMatchObject({
      comesFirst: true,
    });
    expect(duplicateIn(report({ startId: 'aaaa', uptimeMs: 9_000 }), OWN)).toMatchObject({
      comesFirst: false,
    });
  });

  it.each([-1_500, 1_500, 60_000, -60_000])(
    'refuses the process that does not work yet, whichever started first: %i ms later',
    (laterByMs) => {
      const newcomer = { startId: 'aaaa', uptimeMs: OWN.uptimeMs - laterByMs };
      expect(duplicateIn(report(newcomer), { ...OWN, holdsName: true })).toMatchObject({ comesFirst: false });
      expect(
        duplicateIn(report({ startId: 'zzzz', holdsName: true }), { ...OWN, ...newcomer }),
      ).toMatchObject({
        comesFirst: true,
      });
    },
  );

  it('refuses the process that started later if both work already', () => {
    const own = { ...OWN, holdsName: true as const };
    const over = { startId: 'aaaa', holdsName: true as const };
    expect(duplicateIn(report({ ...over, uptimeMs: 90_000 }), own)).toMatchObject({ comesFirst: true });
    expect(duplicateIn(report({ ...over, uptimeMs: 9_000 }), own)).toMatchObject({ comesFirst: false });
  });

  it.each([59_900, 60_000, 60_100])('refuses one of two that started together: %i', (uptimeMs) => {
    expect(duplicateIn(report({ startId: 'aaaa', uptimeMs }), OWN)).toMatchObject({ comesFirst: true });
    expect(duplicateIn(report({ startId: 'zzzz', uptimeMs }), OWN)).toMatchObject({ comesFirst: false });
  });
});

it.each(['local-projector', 'a#b', ''])('returns the instance of an owner: %j', (instance) =>
  expect(instanceOf(leaseOwner(instance))).toBe(instance),
);
