import type { Change } from '@discord-relay/contracts';
import { Registry } from 'prom-client';
import { ProjectorMetrics } from '../metrics.js';
import { GUILD, id } from '../testing/events.js';
import { silent } from '../testing/logger.js';
import { Announcer } from './announcer.js';

const change = (seq: number) =>
  ({ kind: 'message', guildId: GUILD, channelId: id(200), seq, prev: 0, guildPrev: 0, body: {} }) as Change;

const received = (seq: number) => 1_000 + seq;

describe('Announcer', () => {
  const registry = new Registry();
  const sent: [string, unknown][] = [];
  let announcer: Announcer;

  beforeEach(() => {
    sent.length = 0;
    registry.clear();
    const publish = (subject: string, payload: string) => sent.push([subject, JSON.parse(payload)]);
    announcer = new Announcer({ publish }, new ProjectorMetrics(registry), silent);
  });

  it('the announcer repeats the newest position of a guild only while it is active', () => {
    announcer.publishChanges([change(4), change(5)], 0, { receivedAtMs: received });
    sent.length = 0;
    announcer.repeatPositions(15_000);
    expect(sent).toEqual([[`changes.${GUILD}.position`, { guildId: GUILD, seq: 5 }]]);
    announcer.repeatPositions(15_001);
    announcer.repeatPositions(15_001);
    expect(sent).toHaveLength(1);
  });

  it('the announcer publishes each change on the subject of its channel', () => {
    announcer.publishChanges([change(4)], 0, { receivedAtMs: received });
    expect(sent).toEqual([[`changes.${GUILD}.200`, change(4)]]);
  });

  it('the announcer adds the time of receipt to changes of access', () => {
    const access = { ...change(4), channelId: null, kind: 'access', body: { access: [] } } as Change;
    announcer.publishChanges([access], 7, { receivedAtMs: received });
    expect(sent).toEqual([[`changes.${GUILD}.-`, { ...access, sinceMs: 1_004 }]]);
  });

  it('the announcer counts failed publications and continues', async () => {
    const fail = () => {
      throw new Error('closed');
    };
    registry.clear();
    const failing = new Announcer({ publish: fail }, new ProjectorMetrics(registry), silent);
    failing.publishChanges([change(4), change(5)], 0, { receivedAtMs: received });
    expect(await registry.getSingleMetricAsString('relay_projector_announce_failures_total')).toContain(' 2');
  });
});
