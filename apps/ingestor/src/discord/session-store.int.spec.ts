import { Kvm, type KV } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SESSIONS_BUCKET } from '@discord-relay/contracts';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { SessionStore } from './session-store.js';

const logger = createLogger('ingestor', 'spec', 'silent');
const START = { sessionId: 'abc', resumeUrl: 'ws://127.0.0.1:1', sequence: 1, shardCount: 1 };

describe('SessionStore', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let bucket: KV;
  let store: SessionStore;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    store = await SessionStore.open(connection, 1, 'one', logger);
    bucket = await new Kvm(connection).open(SESSIONS_BUCKET);
  });
  afterEach(async () => {
    await connection.close();
    await nats.stop();
  });

  function settle(sequence: number, shardId = 0): void {
    const { tracker } = store.shard(shardId).current!;
    tracker.begin(sequence);
    tracker.settle(sequence);
    store.touch(shardId);
  }

  const storedSequence = async () => (await bucket.get('shard.0'))?.json<{ sequence: number }>().sequence;

  it('gives the next process the session and the sequence that was safe', async () => {
    store.shard(0).begin(START);
    settle(2);
    store.shard(0).current!.tracker.begin(3);
    await store.flush();
    const next = await SessionStore.open(connection, 1, 'two', logger);
    await next.load(0);
    await next.load(1);
    expect(next.shard(0).resumeFrom).toEqual({ ...START, sequence: 2 });
    expect(next.shard(1).resumeFrom).toBeNull();
  });

  it('writes behind: many changes, few writes, the newest state', async () => {
    store.shard(0).begin(START);
    for (let sequence = 2; sequence <= 2_000; sequence++) settle(sequence);
    await until('the newest sequence to be stored', 5_000, async () =>
      (await storedSequence()) === 2_000 ? true : undefined,
    );
    const { revision } = (await bucket.get('shard.0'))!;
    expect(revision).toBeLessThan(20);
  });

  it('stores the newest state after an outage of the store', async () => {
    store.shard(0).begin(START);
    await store.flush();
    await nats.kill('SIGKILL');
    settle(2);
    settle(3);
    await nats.restart();
    await until('the sequence to be stored', 20_000, async () =>
      (await storedSequence()) === 3 ? true : undefined,
    );
  });

  it('rejects while the store cannot be read: no session must not look like a new one', async () => {
    await nats.kill('SIGSTOP');
    await expect(store.load(0)).rejects.toThrow();
    await nats.kill('SIGCONT');
  });

  it('begins anew when what is stored cannot be read', async () => {
    await bucket.put('shard.0', '{"sessionId":5}');
    await store.load(0);
    expect(store.shard(0).resumeFrom).toBeNull();
  });

  it('shuts out the process before: its late write changes nothing, and it is told', async () => {
    const fenced: number[] = [];
    store.whenFenced((shardId) => fenced.push(shardId));
    store.shard(0).begin(START);
    store.touch(0);
    await store.flush();
    const next = await SessionStore.open(connection, 1, 'two', logger);
    await next.load(0);
    settle(2);
    await store.flush();
    expect(fenced).toEqual([0]);
    expect(await storedSequence()).toBe(1);
    next.shard(0).current!.tracker.begin(2);
    next.shard(0).current!.tracker.settle(2);
    next.touch(0);
    await next.flush();
    expect(await storedSequence()).toBe(2);
  });

  it('goes on after a write of which the answer was lost', async () => {
    store.shard(0).begin(START);
    store.touch(0);
    await store.flush();
    await bucket.put('shard.0', JSON.stringify({ ...START, owner: 'one' }));
    settle(2);
    await until('the newest sequence to be stored', 10_000, async () =>
      (await storedSequence()) === 2 ? true : undefined,
    );
  });
});
