import { HealthRegistry } from './health.js';

const registry = () => new HealthRegistry('service', 'service-1', '1.0.0');

describe('HealthRegistry', () => {
  it('HealthRegistry is not ready before it has started, nor once it is stopping', () => {
    const health = registry();
    expect([health.ready(), health.report().state]).toEqual([false, 'starting']);
    health.started();
    expect([health.ready(), health.report().state]).toEqual([true, 'ready']);
    health.stopping();
    expect([health.ready(), health.report().state]).toEqual([false, 'stopping']);
  });

  it('HealthRegistry follows its checks, and names the failing one', () => {
    const health = registry();
    let away = false;
    health.register('nats', () => ({ ok: true }));
    health.register('postgres', () => ({ ok: !away, ...(away && { detail: 'away' }) }));
    health.started();
    away = true;
    expect(health.ready()).toBe(false);
    expect(health.report()).toMatchObject({
      state: 'degraded',
      checks: { postgres: { ok: false, detail: 'away' } },
    });
    away = false;
    expect(health.ready()).toBe(true);
  });

  it('HealthRegistry collects the details of all parts', () => {
    const health = registry();
    health.describe(() => ({ shards: 2 }));
    health.describe(() => ({ queue: 0 }));
    expect(health.report().detail).toEqual({ shards: 2, queue: 0 });
  });
});
