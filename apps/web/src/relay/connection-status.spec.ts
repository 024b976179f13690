import type { SourceStatus } from '@discord-relay/contracts';
import {
  connectionStatus,
  describeConnection,
  explainConnection,
  secondsUntil,
} from './connection-status.js';

const link = {
  state: 'connected',
  reason: null,
  retryAtMs: null,
  source: null,
  transport: 'websocket',
} as const;
const source: SourceStatus = {
  state: 'connected',
  ingestors: 1,
  shards: [{ id: 0, state: 'CONNECTED' }],
  lastEventAt: null,
};
const joined = { live: true, refusal: null };

describe('connectionStatus', () => {
  it('the connection status is live only if the connection is up and the open channel is exact', () => {
    expect(connectionStatus(link, joined)).toEqual({ state: 'live' });
    expect(connectionStatus(link, { ...joined, live: false })).toEqual({ state: 'catching-up' });
    expect(connectionStatus({ ...link, state: 'connecting' }, joined)).toEqual({ state: 'connecting' });
    expect(connectionStatus({ ...link, state: 'closed' }, joined)).toEqual({ state: 'signed-out' });
  });

  it('the connection status is not live while the service receives nothing from Discord, and says why', () => {
    const away = {
      ...source,
      shards: [{ id: 0, state: 'RECONNECTING' as const }],
      state: 'disconnected' as const,
    };
    const half = { ...source, shards: [...source.shards, ...away.shards], state: 'partial' as const };
    const stopped = { ...source, state: 'disconnected' as const, ingestors: 0, shards: [] };
    const unknown = { ...stopped, state: 'unknown' as const };
    const said = [away, half, stopped, unknown].map((each) => {
      const status = connectionStatus({ ...link, source: each }, joined);
      expect(status.state).toBe('source-down');
      return describeConnection(status);
    });
    expect(said).toEqual([
      'Discord disconnected',
      'Discord: 1 of 2 shards connected',
      'Ingestor stopped',
      'Checking Discord…',
    ]);
    expect(connectionStatus({ ...link, source }, joined)).toEqual({ state: 'live' });
    expect(connectionStatus({ ...link, source: away }, { ...joined, live: false })).toEqual({
      state: 'catching-up',
    });
  });

  it('the connection status says why messages arrive over server-sent events', () => {
    const status = connectionStatus({ ...link, transport: 'sse' }, joined);
    expect([status.state, describeConnection(status)]).toEqual(['live-over-sse', 'Live (SSE)']);
    expect(explainConnection(status)).toMatch(/^WebSocket connections fail/);
    expect(connectionStatus({ ...link, transport: 'sse' }, { ...joined, live: false }).state).toBe(
      'catching-up',
    );
  });

  it('the connection status is live without an open channel', () => {
    expect(connectionStatus(link, undefined)).toEqual({ state: 'live' });
  });

  it('the connection status says when the next attempt starts', () => {
    const status = connectionStatus({ ...link, state: 'reconnecting', retryAtMs: 5_000 }, joined);
    expect(status).toEqual({ state: 'reconnecting', retryAtMs: 5_000 });
  });

  it('the connection status shows the reason of a refusal, of the connection or of the channel', () => {
    const refused = connectionStatus({ ...link, state: 'refused', reason: 'too many' }, joined);
    expect(describeConnection(refused)).toBe('Refused: too many');
    const channel = connectionStatus(link, { live: false, refusal: { message: 'no such channel' } });
    expect(describeConnection(channel)).toBe('Refused: no such channel');
  });
});

describe('secondsUntil', () => {
  it('the seconds until the next attempt count down in whole seconds and never below zero', () => {
    expect([9_999, 10_000, 10_001, 12_500].map((nowMs) => secondsUntil(11_000, nowMs))).toEqual([2, 1, 1, 0]);
    expect(secondsUntil(null, 1)).toBe(0);
  });
});
