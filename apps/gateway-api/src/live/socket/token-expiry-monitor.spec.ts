import { jest } from '@jest/globals';
import type { RelaySocket, SocketData } from './relay-socket.js';
import { TokenExpiryMonitor } from './token-expiry-monitor.js';

describe('TokenExpiryMonitor', () => {
  const started = 1_700_000_000_000;
  const GRACE_MS = 5_000;
  let calls: string[];
  let data: SocketData;
  let monitor: TokenExpiryMonitor;

  /** The socket gets a token that is valid until then. */
  const renew = (expiresAtMs: number) => (data.principal = { id: '7', role: 'viewer', expiresAtMs });

  function start(graceMs: number): TokenExpiryMonitor {
    const guard = {
      tokenExpired: () => void calls.push('expired'),
      disconnect: (_socket: RelaySocket, code: string) => void calls.push(code),
    };
    const started = new TokenExpiryMonitor({ sockets: () => [{ data } as RelaySocket] }, guard, graceMs);
    started.onModuleInit();
    return started;
  }

  beforeEach(() => {
    jest.useFakeTimers({ now: started });
    calls = [];
    data = {} as SocketData;
    renew(started + 10_000);
    monitor = start(GRACE_MS);
  });

  afterEach(() => {
    monitor.onApplicationShutdown();
    jest.useRealTimers();
  });

  it('TokenExpiryMonitor reports that a token has expired, once, and disconnects after the grace period', () => {
    jest.advanceTimersByTime(9_999);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['expired']);
    jest.advanceTimersByTime(GRACE_MS - 1);
    expect(calls).toEqual(['expired']);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['expired', 'AUTH.TOKEN_EXPIRED']);
  });

  it('TokenExpiryMonitor grants the whole grace period to each token', () => {
    jest.advanceTimersByTime(12_000);
    renew(started + 20_000);
    jest.advanceTimersByTime(8_000);
    expect(calls).toEqual(['expired', 'expired']);
    jest.advanceTimersByTime(GRACE_MS - 1);
    expect(calls).toEqual(['expired', 'expired']);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['expired', 'expired', 'AUTH.TOKEN_EXPIRED']);
  });

  it('TokenExpiryMonitor disconnects at once without a grace period', () => {
    monitor.onApplicationShutdown();
    monitor = start(0);
    jest.advanceTimersByTime(10_000);
    expect(calls).toEqual(['expired', 'AUTH.TOKEN_EXPIRED']);
  });

  it('TokenExpiryMonitor measures the grace period by the monotonic clock', () => {
    jest.advanceTimersByTime(10_000);
    jest.setSystemTime(started + 3_600_000);
    jest.advanceTimersByTime(GRACE_MS - 1);
    expect(calls).toEqual(['expired']);
  });

  it('TokenExpiryMonitor checks nothing after the shutdown', () => {
    monitor.onApplicationShutdown();
    jest.advanceTimersByTime(20_000);
    expect(calls).toEqual([]);
  });
});
