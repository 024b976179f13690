import { ShardSession } from './shard-session.js';

const start = (sessionId: string, sequence = 1) => ({
  sessionId,
  sequence,
  resumeUrl: 'ws://127.0.0.1:1',
  shardCount: 1,
});

function received(shard: ShardSession, sequence: number): void {
  shard.current!.tracker.begin(sequence);
}

function stored(shard: ShardSession, sequence: number): void {
  shard.current!.tracker.settle(sequence);
}

describe('ShardSession', () => {
  it('resumes from what is in the log, not from what has arrived', () => {
    const shard = new ShardSession();
    shard.begin(start('a'));
    for (const sequence of [2, 3, 4]) received(shard, sequence);
    stored(shard, 2);
    stored(shard, 4);
    expect(shard.resumeFrom).toEqual(start('a', 2));
  });

  it('does not take over sequences that are reported before their events are safe', () => {
    const shard = new ShardSession();
    shard.begin(start('a'));
    expect(shard.begin(start('a', 99))).toBeNull();
    expect(shard.resumeFrom?.sequence).toBe(1);
  });

  it('has nothing to resume before READY and after Discord has refused', () => {
    const shard = new ShardSession();
    expect(shard.resumeFrom).toBeNull();
    shard.begin(start('a'));
    shard.invalidate();
    expect(shard.resumeFrom).toBeNull();
  });

  it('tells which session a new one replaces, and up to where that one was safe', () => {
    const shard = new ShardSession();
    shard.restore(start('a', 40));
    shard.invalidate();
    expect(shard.begin(start('b'))).toEqual({ sessionId: 'a', sequence: 40, acknowledgedAt: null });
    expect(new ShardSession().begin(start('a'))).toBeNull();
  });

  it('stores a new session only once the events of the one before are in the log', () => {
    const shard = new ShardSession();
    shard.begin(start('a'));
    received(shard, 2);
    const before = shard.current!.tracker;
    shard.begin(start('b'));
    expect(shard.record).toBeNull();
    before.settle(2);
    expect(shard.record).toEqual(start('b'));
  });

  it('keeps the figures of two sessions apart', () => {
    const shard = new ShardSession();
    shard.begin(start('a'));
    received(shard, 2);
    const before = shard.current!.tracker;
    shard.begin(start('b'));
    received(shard, 2);
    before.settle(2);
    expect(shard.resumeFrom?.sequence).toBe(1);
  });
});
