import { duplicateIn } from './instance-guard.js';
import { instanceOf, leaseOwner } from '../config/instance.js';
import type { StatusReport } from '../health/status-report.js';

const OWN = { instance: 'projector-1', startId: 'mmmm', uptimeMs: 60_000 };
const report = (over: Partial<StatusReport>) => ({ ...OWN, ...over }) as StatusReport;

describe('twinIn', () => {
  it('an instance recognises its own answer, other instances, and releases without start ids', () => {
    for (const over of [{}, { instance: 'projector-2', startId: 'zzzz' }, { startId: undefined }])
      expect(duplicateIn(report(over), OWN)).toBeNull();
  });

  it('of two processes with one name, the one that started later is refused', () => {
    expect(duplicateIn(report({ startId: 'zzzz', uptimeMs: 90_000 }), OWN)).toMatchObject({
      comesFirst: true,
    });
    expect(duplicateIn(report({ startId: 'aaaa', uptimeMs: 9_000 }), OWN)).toMatchObject({
      comesFirst: false,
    });
  });

  it.each([-1_500, 1_500, 60_000, -60_000])(
    'of two processes with one name, the one that is not ready is refused, whichever started first: %i ms later',
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

  it('of two processes with one name that are both ready, the one that started later is refused', () => {
    const own = { ...OWN, holdsName: true as const };
    const over = { startId: 'aaaa', holdsName: true as const };
    expect(duplicateIn(report({ ...over, uptimeMs: 90_000 }), own)).toMatchObject({ comesFirst: true });
    expect(duplicateIn(report({ ...over, uptimeMs: 9_000 }), own)).toMatchObject({ comesFirst: false });
  });

  it.each([59_900, 60_000, 60_100])(
    'one of two processes with one name that started together is refused: %i',
    (uptimeMs) => {
      expect(duplicateIn(report({ startId: 'aaaa', uptimeMs }), OWN)).toMatchObject({ comesFirst: true });
      expect(duplicateIn(report({ startId: 'zzzz', uptimeMs }), OWN)).toMatchObject({ comesFirst: false });
    },
  );
});

it.each(['local-projector', 'a#b', ''])(
  'the instance is read from the name of its lease owner: %j',
  (instance) => expect(instanceOf(leaseOwner(instance))).toBe(instance),
);
