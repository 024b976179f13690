import fc, { type Scheduler } from 'fast-check';
import {
  type Change,
  channelFeed,
  type FeedKey,
  type Snowflake,
  toWireEvents,
  type WireEvent,
} from '@discord-relay/contracts';
import { GuildAccess } from '../../access/guild-access.js';
import { noMember } from '../../access/guild-facts.js';
import { Bus } from '../../testing/bus.js';
import { chain, CHANNELS, GUILD, Rows } from '../../testing/rows.js';
import { FeedHub, type GuildSubscription } from '../chain/feed-hub.js';
import { ChangeRouter } from '../chain/change-router.js';
import { type Subscriber, SnapshotThenTail } from './snapshot-then-tail.js';

/** A subscriber of one channel, joining and receiving as a socket does. */
class Reader implements Subscriber {
  readonly principal = { id: '9', role: 'admin' as const, expiresAtMs: 0 };
  readonly seqs: number[] = [];
  snapshotSeq = 0;
  liveFrom = 0;
  gone = false;

  constructor(
    private readonly topics: Map<FeedKey, Set<Reader>>,
    private readonly scheduler: Scheduler,
  ) {}

  async writable(): Promise<void> {
    await this.scheduler.schedule(Promise.resolve());
    if (this.gone) throw new Error('gone');
  }

  accessChanged(): number {
    return 0;
  }

  send({ payload }: WireEvent): void {
    this.seqs.push(payload.seq);
  }

  joinTopic(feed: FeedKey): void {
    this.topics.set(feed, (this.topics.get(feed) ?? new Set()).add(this));
  }
}

const accessAt = (seq: number): GuildAccess => {
  const channels = CHANNELS.map((id) => ({ id, type: 0, parentId: null, overwrites: [], deleted: false }));
  const facts = { id: GUILD, present: true, ownerId: null, seq, roles: [], channels, members: [] };
  return new GuildAccess(facts, new Set());
};

const ignore = () => undefined;

const failOn = (change: Change) => {
  throw new Error(`skipped ${change.seq}`);
};

function system(scheduler: Scheduler) {
  const rows = new Rows();
  const bus = new Bus();
  const topics = new Map<FeedKey, Set<Reader>>();
  const router = new ChangeRouter((topic, event) => {
    for (const reader of topics.get(topic) ?? []) reader.send(event);
  }, failOn);
  const later = <T>(read: () => Promise<T>) =>
    scheduler.schedule(Promise.resolve()).then(() => scheduler.schedule(read()));
  const source = {
    readHead: () => later(() => rows.readHead()),
    readTail: (_guildId: string, seq: number, limit: number) => later(() => rows.readTail(seq, limit)),
    loadAccess: () => later(() => Promise.resolve(accessAt(rows.head))),
    loadMember: (access: GuildAccess, userId: string) =>
      later(() => Promise.resolve(access.putMember(noMember(userId), rows.head))),
  };
  const observer = { hole: ignore, caughtUp: ignore, failed: ignore, uncommitted: ignore };
  const sink = { deliver: (change: Change) => router.deliver(change), changesLost: ignore, revoked: ignore };
  const hub = new FeedHub(bus, source, sink, observer);
  const following = new SnapshotThenTail(hub, router);
  const join = async (channelId: Snowflake) => {
    const feed = channelFeed(channelId);
    const reader = new Reader(topics, scheduler);
    const read = () =>
      later(async () => {
        const feedSeq = rows.feedHead(feed);
        return Promise.resolve({ heads: [{ feedSeq, guildSeq: rows.head }], content: feedSeq });
      });
    let guilds: readonly GuildSubscription[] = [];
    await following.run([{ feed, guildId: GUILD }], reader, {
      read,
      visibilityOf: ignore,
      check: ignore,
      send: ({ content }) => (reader.snapshotSeq = content),
      deliver: (change) => toWireEvents(change).forEach((event) => reader.send(event)),
      activate: (buffered, [seq]) => {
        guilds = buffered;
        reader.liveFrom = seq!;
        reader.joinTopic(feed);
      },
    });
    return { reader, feed, guilds };
  };
  return { rows, bus, hub, join };
}

describe('SnapshotThenTail', () => {
  it('SnapshotThenTail omits nothing and sends nothing twice, for any interleaving of reads, commits and announcements', async () => {
    const step = fc.record({
      step: fc.integer({ min: 1, max: 3 }),
      channel: fc.constantFrom(...CHANNELS),
      copies: fc.integer({ min: 0, max: 2 }),
      fault: fc.constantFrom('none', 'none', 'none', 'interrupt', 'position'),
    });
    const plan = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 15 }),
      joins: fc.array(fc.constantFrom(...CHANNELS), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.scheduler(), async ({ steps, joins }, scheduler) => {
        const { rows, bus, join } = system(scheduler);
        let seq = 0;
        const changes = chain(
          steps.map((each) => (seq += each.step)),
          (i) => steps[i]!.channel,
        );
        const writer = scheduler.scheduleSequence(
          steps.map(({ copies, fault }, i) => async () => {
            rows.commit(changes[i]!);
            for (let n = 0; n < copies; n++) bus.send(changes[i]!);
            if (fault === 'interrupt') bus.interrupt();
            if (fault === 'position') bus.listener?.receivePosition(rows.head);
            await Promise.resolve();
          }),
        );
        const carrier = scheduler.scheduleSequence(
          Array.from({ length: 2 * steps.length }, () => async () => {
            bus.handOn();
            await Promise.resolve();
          }),
        );
        const joined = joins.map((channelId) =>
          scheduler.schedule(Promise.resolve()).then(() => join(channelId)),
        );
        await scheduler.waitFor(Promise.all([writer.task, carrier.task, ...joined]));
        const subscribers = await Promise.all(joined);
        await scheduler.waitFor(subscribers[0]!.guilds[0]!.waitForSeq(rows.head));
        for (const { reader, feed } of subscribers) {
          const expected = changes
            .filter((change) => change.feed === feed && change.seq > reader.snapshotSeq)
            .map((change) => change.seq);
          expect(reader.seqs).toEqual(expected);
          expect([reader.snapshotSeq, ...expected]).toContain(reader.liveFrom);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('SnapshotThenTail releases its subscriptions and sends nothing if the subscriber is gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { hub } = system(scheduler);
        const router = new ChangeRouter(() => undefined, failOn);
        const following = new SnapshotThenTail(hub, router);
        const reader = new Reader(new Map(), scheduler);
        reader.gone = true;
        const read = () => Promise.resolve({ heads: [{ feedSeq: 0, guildSeq: 0 }], content: undefined });
        const sent: unknown[] = [];
        const target = { feed: channelFeed(CHANNELS[0]!), guildId: GUILD };
        const send = ({ content }: { content: unknown }) => sent.push(content);
        const steps = { read, visibilityOf: ignore, check: ignore, send, deliver: failOn, activate: ignore };
        const subscribed = following.run([target], reader, steps);
        const outcome = subscribed.catch((error: Error) => error.message);
        await scheduler.waitFor(outcome);
        expect(await outcome).toBe('gone');
        expect([sent, hub.size]).toEqual([[], 0]);
      }),
      { numRuns: 20 },
    );
  });

  it('SnapshotThenTail follows a guild once for all who need it, and no longer than they do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const { bus, hub, join } = system(scheduler);
        const both = Promise.all([join(CHANNELS[0]!), join(CHANNELS[1]!)]);
        await scheduler.waitFor(both);
        const [a, b] = await both;
        expect(hub.size).toBe(1);
        a.guilds[0]!.release();
        a.guilds[0]!.release();
        expect(hub.size).toBe(1);
        b.guilds[0]!.release();
        expect([hub.size, bus.listener]).toEqual([0, undefined]);
      }),
      { numRuns: 20 },
    );
  });
});
