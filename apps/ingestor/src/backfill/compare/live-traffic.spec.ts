import type { RelayEvent } from '@discord-relay/contracts';
import { LiveTraffic } from './live-traffic.js';

const event = (id: string, guildid = '1') => ({ id, guildid }) as RelayEvent;

describe('LiveTraffic', () => {
  it('LiveTraffic shows pending and new events of one guild', () => {
    const feed = new LiveTraffic();
    feed.track(event('a'));
    const stored = feed.track(event('b'));
    feed.track(event('c', '2'));
    stored();
    const seen: string[] = [];
    const unfollow = feed.subscribe('1', ({ id }) => seen.push(id));
    feed.track(event('d'));
    feed.track(event('e', '2'));
    unfollow!();
    feed.track(event('f'));
    expect(seen).toEqual(['a', 'd']);
  });

  it('LiveTraffic keeps no more than its limit, and shows nothing of a guild until the rest is in the log', async () => {
    const feed = new LiveTraffic(2);
    const stored = ['a', 'b', 'c', 'd'].map((id) => feed.track(event(id)));
    const seen: string[] = [];
    const follow = () => feed.subscribe('1', ({ id }) => seen.push(id));
    expect(follow()).toBeUndefined();
    const whole = feed.whenComplete('1');
    for (const each of stored.slice(2)) each();
    await whole;
    expect(follow()).toBeDefined();
    expect(seen).toEqual(['a', 'b']);
  });

  it('events are kept again once earlier ones are in the log', () => {
    const feed = new LiveTraffic(1);
    feed.track(event('a'))();
    feed.track(event('b'));
    feed.track(event('c', '2'));
    const seen: string[] = [];
    expect(feed.subscribe('1', ({ id }) => seen.push(id))).toBeDefined();
    expect(feed.subscribe('2', ({ id }) => seen.push(id))).toBeUndefined();
    expect(seen).toEqual(['b']);
  });

  it('LiveTraffic reports when few events are pending', async () => {
    const feed = new LiveTraffic(1);
    const stored = ['a', 'b', 'c'].map((id) => feed.track(event(id)));
    let isResolved = false;
    const little = feed.whenAtMost(1).then(() => (isResolved = true));
    stored[2]!();
    await Promise.resolve();
    expect(isResolved).toBe(false);
    stored[0]!();
    await little;
    expect(isResolved).toBe(true);
  });
});
