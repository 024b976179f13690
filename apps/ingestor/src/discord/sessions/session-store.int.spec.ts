import { jest } from '@jest/globals';
import { Kvm, type KV } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SESSIONS_BUCKET, VOICE_BUCKET, type Snowflake } from '@discord-relay/contracts';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { normalize } from '../../normalize/normalize.js';
import { dispatch, GUILD_ID, USER_ID } from '../../testing/dispatches.js';
import { SessionStore } from './session-store.js';

const logger = createLogger('ingestor', 'spec', 'silent');
const START = { sessionId: 'abc', resumeUrl: 'ws://127.0.0.1:1', sequence: 1, shardCount: 1 };
const LOBBY = '1100000000000000020';
const STAGE = '1100000000000000021';

describe('SessionStore', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let bucket: KV;
  let store: SessionStore;
  let voiceBucket: KV;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    store = await SessionStore.open(connection, { replicas: 1 }, 'one', logger);
    bucket = await new Kvm(connection).open(SESSIONS_BUCKET);
    voiceBucket = await new Kvm(connection).open(VOICE_BUCKET);
  });
  afterEach(async () => {
    await connection.close();
    await nats.stop();
  });

  function settle(sequence: number, shardId = 0): void {
    const { tracker } = store.shard(shardId).current!;
    tracker.track(sequence);
    tracker.settle(sequence);
    store.markDirty(shardId);
  }

  const storedSequence = async () => (await bucket.get('shard.0'))?.json<{ sequence: number }>().sequence;

  it('SessionStore gives the next process the session and the safe sequence', async () => {
    store.shard(0).start(START);
    settle(2);
    store.shard(0).current!.tracker.track(3);
    await store.flush();
    const next = await SessionStore.open(connection, { replicas: 1 }, 'two', logger);
    await next.load(0);
    await next.load(1);
    expect(next.shard(0).resumeFrom).toMatchObject({ ...START, sequence: 2 });
    expect(next.shard(1).resumeFrom).toBeNull();
  });

  it.each([
    ['a day back', -86_400_000],
    ['an hour back', -3_600_000],
    ['an hour forth', 3_600_000],
    ['25 hours forth', 90_000_000],
  ])('SessionStore continues to store when this machine’s clock is set %s', async (_, byMs) => {
    store.shard(0).start(START);
    settle(2);
    await until('the first sequence to be stored', 5_000, async () =>
      (await storedSequence()) === 2 ? true : undefined,
    );
    const real = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() + byMs);
    try {
      settle(3);
      await until('the next sequence to be stored', 5_000, async () =>
        (await storedSequence()) === 3 ? true : undefined,
      );
      const { acknowledgedAt, savedAt } = (await bucket.get('shard.0'))!.json<Record<string, string>>();
      for (const time of [acknowledgedAt, savedAt])
        expect(Math.abs(Date.parse(time!) - real())).toBeLessThan(1_800_000);
    } finally {
      clock.mockRestore();
    }
  });

  it('SessionStore overwrites nothing after a rollback of the store, which is not taken for another writer', async () => {
    const fenced: number[] = [];
    let rolledBack = 0;
    store.onFenced((shardId) => fenced.push(shardId));
    store.onRolledBack(() => rolledBack++);
    store.shard(0).start(START);
    settle(2);
    await store.flush();
    settle(3);
    await store.flush();
    await bucket.destroy();
    bucket = await new Kvm(connection).create(SESSIONS_BUCKET, { history: 1 });
    settle(4);
    await expect(store.flush()).rejects.toThrow();
    expect(rolledBack).toBeGreaterThan(0);
    expect(fenced).toEqual([]);
    expect(await bucket.get('shard.0')).toBeNull();
  });

  it.each([
    ['resumes', { state: 'whole' }, true, null],
    [
      'begins anew, with a gap from where the log ends,',
      { state: 'shorter', endedAt: '2026-01-02T03:04:05.000Z' },
      false,
      '2026-01-02T03:04:05.000Z',
    ],
  ] as const)('a stored session %s when the log is %j', async (_, continuity, resumes, gapFrom) => {
    const position = { created: '2026-01-01T00:00:00Z', sequence: 7 };
    store.attachLog({
      position: () => position,
      compare: () => Promise.reject(new Error('not requested in this test')),
    });
    store.shard(0).start(START);
    settle(2);
    await store.flush();
    const next = await SessionStore.open(connection, { replicas: 1 }, 'two', logger);
    const compared: unknown[] = [];
    next.attachLog({
      position: () => position,
      compare: (before) => {
        compared.push(before);
        return Promise.resolve(continuity);
      },
    });
    await next.load(0);
    expect(compared).toEqual([position]);
    expect(next.shard(0).resumeFrom !== null).toBe(resumes);
    const lost = next.shard(0).start({ ...START, sessionId: 'new' });
    if (gapFrom) expect(lost).toMatchObject({ sessionId: 'abc', acknowledgedAt: gapFrom });
  });

  it('SessionStore writes behind: many changes give few writes, and the newest state', async () => {
    store.shard(0).start(START);
    for (let sequence = 2; sequence <= 2_000; sequence++) settle(sequence);
    await until('the newest sequence to be stored', 5_000, async () =>
      (await storedSequence()) === 2_000 ? true : undefined,
    );
    const { revision } = (await bucket.get('shard.0'))!;
    expect(revision).toBeLessThan(20);
  });

  it('SessionStore stores the newest state after an outage of the store', async () => {
    store.shard(0).start(START);
    await store.flush();
    await nats.kill('SIGKILL');
    settle(2);
    settle(3);
    await nats.restart();
    await until('the sequence to be stored', 20_000, async () =>
      (await storedSequence()) === 3 ? true : undefined,
    );
  });

  it('SessionStore fails while the store cannot be read, because that must not look like a new session', async () => {
    await nats.kill('SIGSTOP');
    await expect(store.load(0)).rejects.toThrow();
    await nats.kill('SIGCONT');
  });

  it('SessionStore starts anew if the stored record cannot be read', async () => {
    await bucket.put('shard.0', '{"sessionId":5}');
    await store.load(0);
    expect(store.shard(0).resumeFrom).toBeNull();
  });

  it('SessionStore fences off the previous process: its late write changes nothing, and it learns of it', async () => {
    const fenced: number[] = [];
    store.onFenced((shardId) => fenced.push(shardId));
    store.shard(0).start(START);
    store.markDirty(0);
    await store.flush();
    const next = await SessionStore.open(connection, { replicas: 1 }, 'two', logger);
    await next.load(0);
    settle(2);
    await store.flush();
    expect(fenced).toEqual([0]);
    expect(await storedSequence()).toBe(1);
    next.shard(0).current!.tracker.track(2);
    next.shard(0).current!.tracker.settle(2);
    next.markDirty(0);
    await next.flush();
    expect(await storedSequence()).toBe(2);
  });

  it('SessionStore continues after a write whose response was lost', async () => {
    store.shard(0).start(START);
    store.markDirty(0);
    await store.flush();
    await bucket.put('shard.0', JSON.stringify({ ...START, owner: 'one' }));
    settle(2);
    await until('the newest sequence to be stored', 10_000, async () =>
      (await storedSequence()) === 2 ? true : undefined,
    );
  });

  describe('with rooms', () => {
    const [guildId, userId] = [GUILD_ID, USER_ID] as [Snowflake, Snowflake];
    const key = `guild.${GUILD_ID}`;

    function enter(of: SessionStore, channelId: string | null, sequence: number): void {
      const { voice, current } = of.shard(0);
      const { sessionId } = current!;
      const update = { guild_id: GUILD_ID, user_id: USER_ID, channel_id: channelId };
      const receivedAt = '2025-03-01T10:00:01.000Z';
      const context = { receivedAt, shardId: 0, sessionId, voiceChannelOf: voice.channelOf };
      const result = normalize(dispatch('VOICE_STATE_UPDATE', update, sequence), context);
      if (!result.ok) throw new Error(result.reason);
      result.events.forEach((event) => voice.apply(event));
      current!.tracker.track(sequence);
    }
    const settleOf = (of: SessionStore, sequence: number) => {
      of.shard(0).current!.tracker.settle(sequence);
      of.markDirty(0);
    };
    const openNext = async () => {
      const next = await SessionStore.open(connection, { replicas: 1 }, 'two', logger);
      await next.load(0);
      return next;
    };

    it('SessionStore gives the next process the rooms of the stored sequence, and none of another shard', async () => {
      store.shard(0).start(START);
      enter(store, LOBBY, 2);
      settleOf(store, 2);
      enter(store, STAGE, 3);
      await store.flush();
      const next = await openNext();
      expect(next.shard(0).voice.channelOf(guildId, userId)).toBe(LOBBY);
      await next.load(1);
      expect(next.shard(1).voice.channelOf(guildId, userId)).toBeNull();
      enter(next, STAGE, 3);
      settleOf(next, 3);
      await next.flush();
      expect((await voiceBucket.get(key))?.json()).toEqual({ rooms: { [USER_ID]: STAGE } });
    });

    it('SessionStore stores no sequence whose rooms cannot be stored', async () => {
      store.shard(0).start(START);
      await store.flush();
      store.markDirty(0);
      await store.flush();
      await voiceBucket.put(key, '{"rooms":{}}');
      enter(store, LOBBY, 2);
      settleOf(store, 2);
      await expect(store.flush()).rejects.toThrow();
      expect(await storedSequence()).toBe(1);
      await store.flush();
      expect([await storedSequence(), (await voiceBucket.get(key))?.json()]).toEqual([
        2,
        { rooms: { [USER_ID]: LOBBY } },
      ]);
    });

    it('SessionStore does not overwrite the rooms of its successor', async () => {
      store.shard(0).start(START);
      enter(store, LOBBY, 2);
      settleOf(store, 2);
      await store.flush();
      const next = await openNext();
      enter(next, STAGE, 3);
      settleOf(next, 3);
      await next.flush();
      enter(store, null, 3);
      settleOf(store, 3);
      await store.flush();
      await store.flush();
      expect((await voiceBucket.get(key))?.json()).toEqual({ rooms: { [USER_ID]: STAGE } });
    });

    it('SessionStore starts with no rooms if they cannot be read', async () => {
      await voiceBucket.put(key, '{"rooms":{"x":1}}');
      await bucket.put('shard.0', JSON.stringify(START));
      const next = await openNext();
      expect(next.shard(0).resumeFrom).toEqual(START);
      expect(next.shard(0).voice.channelOf(guildId, userId)).toBeNull();
    });
  });
});
