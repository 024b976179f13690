import { serverClock } from '../../support/server-clock.js';
import { sessionIdOf, ShardSession } from './shard-session.js';

const start = (sessionId: string, sequence = 1) => ({
  sessionId,
  sequence,
  resumeUrl: 'ws://127.0.0.1:1',
  shardCount: 1,
});

function received(shard: ShardSession, sequence: number): void {
  shard.current!.tracker.track(sequence);
}

function stored(shard: ShardSession, sequence: number): void {
  shard.current!.tracker.settle(sequence);
}

describe('ShardSession', () => {
  it('a session is resumed from what is in the log, not from what has arrived', () => {
    const shard = new ShardSession();
    shard.start(start('a'));
    for (const sequence of [2, 3, 4]) received(shard, sequence);
    stored(shard, 2);
    stored(shard, 4);
    expect(shard.resumeFrom).toMatchObject(start('a', 2));
  });

  it('a new session starts whatever its id at Discord', () => {
    const shard = new ShardSession();
    const begun = ['a', 'b', 'a'].map((discordId, identify) => {
      shard.start({ ...start(sessionIdOf(discordId, 0, String(identify))), discordId });
      received(shard, 40);
      stored(shard, 40);
      return [shard.current?.sessionId, shard.discordId];
    });
    expect(begun).toEqual([
      ['a~0.0', 'a'],
      ['b~0.1', 'b'],
      ['a~0.2', 'a'],
    ]);
  });

  it('a session of a version that stored only Discord’s id is continued', () => {
    const shard = new ShardSession();
    shard.restore(start('a'));
    expect([shard.current?.sessionId, shard.discordId]).toEqual(['a', 'a']);
  });

  it('a session ends after as many failed RESUMEs and as long as configured, counted across a restart', () => {
    const limits = { attempts: 3, giveUpMs: 100 };
    const first = new ShardSession();
    first.start(start('a'));
    first.resumeSent(0);
    expect(first.resumeFailed(limits, 60)).toBe(false);
    const second = new ShardSession();
    second.restore(first.storable!);
    second.resumeSent(7_000);
    expect(second.resumeFailed(limits, 7_010)).toBe(false);
    expect(second.resumeFailed(limits, 7_030)).toBe(false);
    expect(second.resumeFrom).not.toBeNull();
    expect(second.resumeFailed(limits, 7_050)).toBe(true);
    expect(second.resumeFrom).toBeNull();
    const third = new ShardSession();
    third.restore(second.storable!);
    expect([third.resumeFrom, third.giveUp()]).toEqual([null, false]);
    expect(third.start(start('b'))).toMatchObject({ sessionId: 'a' });
    expect(third.resumeFrom?.sessionId).toBe('b');
  });

  it('the count of failed RESUMEs is reset when Discord has resumed the session', () => {
    const limits = { attempts: 2, giveUpMs: 0 };
    const shard = new ShardSession();
    shard.start(start('a'));
    for (const atMs of [1, 2, 3, 4]) {
      shard.resumeSent(atMs);
      expect(shard.resumeFailed(limits, atMs)).toBe(false);
      shard.resumed();
    }
  });

  it('there is nothing to resume before READY and after Discord has refused', () => {
    const shard = new ShardSession();
    expect(shard.resumeFrom).toBeNull();
    shard.start(start('a'));
    shard.invalidate();
    expect(shard.resumeFrom).toBeNull();
  });

  it('a new session reports which one it replaces, and the safe sequence of that one', () => {
    const shard = new ShardSession();
    shard.restore(start('a', 40));
    shard.invalidate();
    expect(shard.start(start('b'))).toEqual({ sessionId: 'a', sequence: 40, acknowledgedAt: null });
    expect(new ShardSession().start(start('a'))).toBeNull();
  });

  it('a session that is lost before its first dispatch was complete until its READY', () => {
    const shard = new ShardSession();
    const beforeMs = serverClock.now();
    shard.start(start('a'));
    const afterMs = serverClock.now();
    const next = new ShardSession();
    next.restore(shard.storable!);
    const lost = next.start(start('b'));
    const atMs = Date.parse(lost!.acknowledgedAt!);
    expect(atMs).toBeGreaterThanOrEqual(beforeMs);
    expect(atMs).toBeLessThanOrEqual(afterMs);
  });

  it('a new session is stored only once the events of the previous one are in the log', () => {
    const shard = new ShardSession();
    shard.start(start('a'));
    received(shard, 2);
    const before = shard.current!.tracker;
    shard.start(start('b'));
    expect(shard.storable).toBeNull();
    before.settle(2);
    expect(shard.storable).toMatchObject(start('b'));
  });

  it('the sequences of two sessions are distinguished', () => {
    const shard = new ShardSession();
    shard.start(start('a'));
    received(shard, 2);
    const before = shard.current!.tracker;
    shard.start(start('b'));
    received(shard, 2);
    before.settle(2);
    expect(shard.resumeFrom?.sequence).toBe(1);
  });
});
