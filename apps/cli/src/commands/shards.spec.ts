import type { StatusReport } from '@discord-relay/platform';
import { formatShards } from './shards.js';

const shard = (id: number, more: object = {}) => ({
  id,
  state: 'CONNECTED',
  failures: 0,
  sessionId: `session-${id}`,
  acknowledgedSequence: 7,
  failedResumes: 0,
  ...more,
});
const report = (instance: string, detail: object): StatusReport => ({
  service: 'ingestor',
  instance,
  startId: 'a-start',
  state: 'ready',
  version: '0',
  uptimeMs: 1,
  checks: {},
  detail: { ...detail },
});

describe('formatShards', () => {
  it('the list of shards has the shards of all instances by number, including those without a session', () => {
    const lone = { state: 'RECONNECTING', sessionId: null, acknowledgedSequence: null, failedResumes: 4 };
    const lines = formatShards([
      report('b', { shards: [shard(2)] }),
      report('a', { shards: [shard(1, lone), shard(0)] }),
      report('c', {}),
    ]).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^0 +CONNECTED +session-0 +7 +0 +0 +a$/);
    expect(lines[2]).toMatch(/^1 +RECONNECTING +- +- +0 +4 +a$/);
    expect(lines[3]).toMatch(/^2 +CONNECTED +session-2 +7 +0 +0 +b$/);
  });
});
