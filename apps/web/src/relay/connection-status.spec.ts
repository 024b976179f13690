import { connectionStatus, describeConnection, secondsUntil } from './connection-status.js';

const link = { state: 'connected', reason: null, retryAtMs: null } as const;
const joined = { live: true, refusal: null };

describe('connectionStatus', () => {
  it('is live only when the connection is up and the open channel is exact', () => {
    expect(connectionStatus(link, joined)).toEqual({ state: 'live' });
    expect(connectionStatus(link, { ...joined, live: false })).toEqual({ state: 'catching-up' });
    expect(connectionStatus({ ...link, state: 'connecting' }, joined)).toEqual({ state: 'connecting' });
    expect(connectionStatus({ ...link, state: 'closed' }, joined)).toEqual({ state: 'signed-out' });
  });

  it('is live without a channel to open', () => {
    expect(connectionStatus(link, undefined)).toEqual({ state: 'live' });
  });

  it('says when the next attempt begins', () => {
    const status = connectionStatus({ ...link, state: 'reconnecting', retryAtMs: 5_000 }, joined);
    expect(status).toEqual({ state: 'reconnecting', retryAtMs: 5_000 });
  });

  it('gives the reason of a refusal, of the connection or of the channel', () => {
    const refused = connectionStatus({ ...link, state: 'refused', reason: 'too many' }, joined);
    expect(describeConnection(refused)).toBe('Refused: too many');
    const channel = connectionStatus(link, { live: false, refusal: { message: 'no such channel' } });
    expect(describeConnection(channel)).toBe('Refused: no such channel');
  });
});

describe('secondsUntil', () => {
  it('counts down in whole seconds and never below zero', () => {
    expect([9_999, 10_000, 10_001, 12_500].map((nowMs) => secondsUntil(11_000, nowMs))).toEqual([2, 1, 1, 0]);
    expect(secondsUntil(null, 1)).toBe(0);
  });
});
