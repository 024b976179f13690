import { DiscordAPIError } from '@discordjs/rest';
import { createLogger } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import { HistoryRequestError } from '../rest/history-request-error.js';
import { nameOmissions, type GuildGap } from './gap.js';
import { Omissions } from './omissions.js';

const failure = (status: number, code: number) => {
  const body = { code, message: 'no' };
  const request = { body: undefined, files: [] };
  return HistoryRequestError.of(new DiscordAPIError(body, code, status, 'GET', 'http://x', request));
};
const ofTheWay = () => HistoryRequestError.of(new Error('socket hang up'));
const newGap = () => ({ gapId: 'a:b', channels: {} }) as unknown as GuildGap;
const open = (gap = newGap(), giveUpMs = 0, registry = new Registry()) =>
  new Omissions(
    gap,
    { attempts: 4, giveUpMs },
    new BackfillMetrics(registry),
    createLogger('ingestor', 'spec', 'silent'),
  );

describe('Omissions', () => {
  it('Omissions counts the limits that cut off history, once for each gap, and the parts that events lack', async () => {
    const registry = new Registry();
    const gap = newGap();
    const omissions = open(gap, 0, registry);
    omissions.addLimit('beyond_horizon', 'BACKFILL_HORIZON_HOURS');
    omissions.addLimit('beyond_horizon', 'BACKFILL_HORIZON_HOURS');
    omissions.countDroppedParts('1/2', 0);
    omissions.countDroppedParts('1/2', 3);
    const text = await registry.metrics();
    expect(text).toContain('backfill_limits_reached_total{limit="BACKFILL_HORIZON_HOURS"} 1');
    expect(text).toContain('backfill_dropped_parts_total 3');
    expect(gap.leftOut).toEqual(['beyond_horizon']);
  });

  it.each([
    [10003, 'gone'],
    [10008, 'unknown_message'],
    [10014, 'unknown_emoji'],
    [50001, 'no_access'],
    [50013, 'no_access'],
  ])('Omissions accepts Discord’s %d at once, and names it %s', (code, reason) => {
    const gap = newGap();
    const omissions = open(gap);
    omissions.recordFailure(failure(404, code), '1/2');
    expect(gap.leftOut).toEqual([`${reason}:1/2`]);
    expect([omissions.has('1/2'), omissions.has('1')]).toEqual([true, false]);
  });

  it('Omissions retries other codes of Discord three times, also across a restart', () => {
    const gap = newGap();
    expect(() => open(gap).recordFailure(failure(400, 50035), '1/2')).toThrow('no');
    const stored = JSON.parse(JSON.stringify(gap)) as GuildGap;
    const omissions = open(stored);
    expect(() => omissions.recordFailure(failure(400, 50035), '1/2')).toThrow('no');
    omissions.recordFailure(failure(400, 50035), '1/2');
    expect(stored.leftOut).toEqual(['refused:1/2']);
  });

  it('Omissions retries a request without a response as often and as long as configured', () => {
    const gap = newGap();
    const brief = open(gap);
    for (let i = 0; i < 3; i++) expect(() => brief.recordFailure(ofTheWay(), '1')).toThrow('hang up');
    brief.recordFailure(ofTheWay(), '1');
    expect(gap.leftOut).toEqual(['unreachable:1']);
    const long = open(newGap(), 60_000);
    for (let i = 0; i < 20; i++) expect(() => long.recordFailure(ofTheWay(), '1')).toThrow('hang up');
  });

  it('Omissions accepts no refusal of a whole guild before the configured time', () => {
    const gap = newGap();
    const omissions = open(gap);
    for (let i = 0; i < 3; i++)
      expect(() => omissions.recordFailurePatiently(failure(403, 50001), 'guild', 'guild_unread')).toThrow();
    omissions.recordFailurePatiently(failure(403, 50001), 'guild', 'guild_unread');
    expect(gap.leftOut).toEqual(['guild_unread']);
  });

  it('Omissions starts its count again when an item has been read', () => {
    const gap = newGap();
    const omissions = open(gap);
    for (let i = 0; i < 3; i++) expect(() => omissions.recordFailure(ofTheWay(), '1')).toThrow();
    omissions.succeeded('1');
    expect(() => omissions.recordFailure(ofTheWay(), '1')).toThrow();
    expect(gap.leftOut).toBeUndefined();
  });

  it('Omissions never leaves an item out because of a refused token or another item’s failure', () => {
    const omissions = open();
    for (let i = 0; i < 9; i++) expect(() => omissions.recordFailure(failure(401, 0), '1')).toThrow();
    const counted = ofTheWay();
    expect(() => omissions.recordFailure(counted, '1/2')).toThrow();
    for (let i = 0; i < 9; i++) expect(() => omissions.recordFailure(counted, '1')).toThrow();
  });

  it('Omissions counts the items that it does not name', () => {
    const many = Array.from({ length: 10_002 }, (_, i) => `gone:${i}` as const);
    expect(nameOmissions(many)).toHaveLength(10_001);
    expect(nameOmissions(many).at(-1)).toBe('and_more:2');
  });
});
