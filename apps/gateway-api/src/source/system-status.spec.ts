import type { StatusReport } from '@discord-relay/platform';
import { systemStatusOf } from './system-status.js';

const report = (instance: string, given: Partial<StatusReport> = {}): StatusReport => ({
  ...{
    service: 'any',
    instance,
    startId: 's',
    state: 'ready',
    version: '1',
    uptimeMs: 5,
    checks: {},
    detail: {},
  },
  ...given,
});
const partition = (n: number, given: object = {}) => ({
  ...{ partition: n, owned: false, lag: 0, lagSeconds: 0, state: 'standby', problem: null },
  ...given,
});
const NOBODY = { ingestor: [], projector: [], 'gateway-api': [] };

describe('systemStatusOf', () => {
  it('systemStatusOf names the problems of every instance, and the services of which none answered', () => {
    const checks = {
      nats: { ok: true, detail: 'connected' },
      postgres: { ok: false, detail: 'away' },
      stream: { ok: true, problem: 'differs' },
      other: { ok: false },
    };
    const { instances, silent } = systemStatusOf({
      ...NOBODY,
      projector: [report('b', { checks, state: 'degraded' }), report('a')],
    });
    expect(instances).toMatchObject([
      { service: 'projector', instance: 'a', problems: [] },
      {
        instance: 'b',
        state: 'degraded',
        problems: [
          { check: 'postgres', detail: 'away' },
          { check: 'stream', detail: 'differs' },
          { check: 'other', detail: 'failing' },
        ],
      },
    ]);
    expect(silent).toEqual(['ingestor', 'gateway-api']);
  });

  it('systemStatusOf has every shard once: the connected one during a handover, and those that no ingestor holds', () => {
    const connected = { shards: [{ id: 1, state: 'CONNECTED', failures: 0 }], unownedShards: [0] };
    const leaving = { shards: [{ id: 1, state: 'DISCONNECTED', failures: 2 }] };
    const expected = [
      { id: 0, state: 'DISCONNECTED', instance: null, failures: 0 },
      { id: 1, state: 'CONNECTED', instance: 'a', failures: 0 },
    ];
    const [a, b] = [report('a', { detail: connected }), report('b', { detail: leaving })];
    for (const ingestor of [
      [a, b],
      [b, a],
    ])
      expect(systemStatusOf({ ...NOBODY, ingestor }).shards).toEqual(expected);
  });

  it('systemStatusOf has the view of the owner of each partition, or else the one that is furthest behind', () => {
    const first = report('a', {
      detail: {
        partitions: [partition(0, { owned: true, state: 'live', lag: 1 }), partition(1, { lag: 3 })],
      },
    });
    const second = report('b', {
      detail: { partitions: [partition(0, { lag: 9 }), partition(1, { lag: 7 })] },
    });
    for (const projector of [
      [first, second],
      [second, first],
    ])
      expect(systemStatusOf({ ...NOBODY, projector }).partitions).toEqual([
        { partition: 0, state: 'live', instance: 'a', lag: 1, lagSeconds: 0, problem: null },
        { partition: 1, state: 'standby', instance: null, lag: 7, lagSeconds: 0, problem: null },
      ]);
  });

  it('reports of other releases without these details count as empty', () => {
    const odd = report('a', { detail: { shards: 'x', partitions: 5 } });
    expect(systemStatusOf({ ...NOBODY, ingestor: [odd], projector: [odd] })).toMatchObject({
      shards: [],
      partitions: [],
    });
  });
});
