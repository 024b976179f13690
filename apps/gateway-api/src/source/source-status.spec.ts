import type { ShardState, SourceStatus } from '@discord-relay/contracts';
import {
  connectedShards,
  hasChanged,
  sourceStatusOf,
  unknownAfter,
  UNKNOWN_SOURCE,
} from './source-status.js';

const NOON = '2026-01-01T12:00:00.000Z';
const LATER = '2026-01-01T12:00:01.000Z';

const report = (states: Record<number, ShardState>, more: object = {}) => ({
  detail: { shards: Object.entries(states).map(([id, state]) => ({ id: Number(id), state })), ...more },
});
const statusOf = (...reports: { detail: Record<string, unknown> }[]): SourceStatus =>
  sourceStatusOf(reports, UNKNOWN_SOURCE);

describe('sourceStatusOf', () => {
  it('the source status is connected when every shard of every ingestor is', () => {
    const status = statusOf(report({ 1: 'CONNECTED' }), report({ 0: 'CONNECTED' }));
    expect(status).toMatchObject({ state: 'connected', ingestors: 2, shards: [{ id: 0 }, { id: 1 }] });
    expect(connectedShards(status)).toBe(2);
  });

  it('the source status is partial when a shard is not connected or has no owner', () => {
    expect(statusOf(report({ 0: 'CONNECTED', 1: 'RECONNECTING' })).state).toBe('partial');
    const unowned = statusOf(report({ 0: 'CONNECTED' }, { unownedShards: [1] }));
    expect(unowned).toMatchObject({
      state: 'partial',
      shards: [{ id: 0 }, { id: 1, state: 'DISCONNECTED' }],
    });
  });

  it('the source status is disconnected when no shard is connected, and when no ingestor answers', () => {
    expect(statusOf(report({ 0: 'RECONNECTING' }))).toMatchObject({ state: 'disconnected', ingestors: 1 });
    expect(statusOf()).toMatchObject({ state: 'disconnected', ingestors: 0 });
  });

  it('the source status counts a shard once during a handover', () => {
    const [old, next] = [report({ 0: 'CONNECTED' }), report({ 0: 'CONNECTING' }, { unownedShards: [0] })];
    for (const reports of [
      [old, next],
      [next, old],
    ])
      expect(statusOf(...reports)).toMatchObject({ state: 'connected', shards: [{ id: 0 }] });
  });

  it('the source status keeps the newest time of an event, also of an ingestor that has stopped', () => {
    const both = statusOf(report({}, { lastEventAt: LATER }), report({}, { lastEventAt: NOON }));
    expect(both.lastEventAt).toBe(LATER);
    expect(sourceStatusOf([], both).lastEventAt).toBe(LATER);
    expect(unknownAfter(both)).toEqual({ ...UNKNOWN_SOURCE, lastEventAt: LATER });
  });

  it.each([{}, { shards: 'x', unownedShards: 1, lastEventAt: 7 }, { shards: [{ id: 'a', state: 'B' }] }])(
    'the source status treats a report with %j as empty',
    (detail) => {
      expect(statusOf({ detail })).toEqual({ ...UNKNOWN_SOURCE, state: 'disconnected', ingestors: 1 });
    },
  );
});

it('a change of the source is distinguished from a new event', () => {
  const before = statusOf(report({ 0: 'CONNECTED' }, { lastEventAt: NOON }));
  expect(hasChanged(before, { ...before, lastEventAt: LATER })).toBe(false);
  expect(hasChanged(before, { ...before, ingestors: 2 })).toBe(true);
  expect(hasChanged(before, statusOf(report({ 0: 'RECONNECTING' })))).toBe(true);
});
