import type { StatusReport } from '@discord-relay/platform';
import { allReady, formatStatus } from './format-status.js';

const report = (service: string, over: Partial<StatusReport> = {}): StatusReport => ({
  service,
  instance: `${service}-1`,
  startId: 'one',
  state: 'ready',
  version: '0.0.0',
  uptimeMs: 125_000,
  checks: { nats: { ok: true } },
  detail: {},
  ...over,
});

describe('formatStatus', () => {
  const statuses = {
    ingestor: [report('ingestor')],
    projector: [
      report('projector', { state: 'degraded', checks: { postgres: { ok: false, detail: 'away' } } }),
    ],
    'gateway-api': [],
  };

  it('the status table prints one line per instance, with its state and its problems', () => {
    const [, ingestor, projector, gateway] = formatStatus(statuses).split('\n');
    expect(ingestor).toMatch(/^ingestor +ready +2m 5s +ingestor-1$/);
    expect(projector).toMatch(/^projector +degraded +2m 5s +projector-1 +postgres: away$/);
    expect(gateway).toBe('gateway-api  no answer');
  });

  it('the system is ready only when every service answered and is ready', () => {
    expect(allReady(statuses)).toBe(false);
    expect(allReady({ ...statuses, projector: [report('projector')] })).toBe(false);
    const whole = { ingestor: [report('i')], projector: [report('p')], 'gateway-api': [report('g')] };
    expect(allReady(whole)).toBe(true);
  });

  it('the status table shows the problem of a ready service, which makes the system not all ready', () => {
    const checks = { projection: { ok: true, detail: 'fine', problem: '8 partitions are paused' } };
    const whole = { ingestor: [report('i')], projector: [report('p')], 'gateway-api': [report('g')] };
    const stated = { ...whole, projector: [report('p', { checks })] };
    expect(allReady(stated)).toBe(false);
    expect(formatStatus(stated)).toMatch(/p +ready .*projection: 8 partitions are paused/);
  });
});
