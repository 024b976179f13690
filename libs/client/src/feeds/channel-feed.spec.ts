import fc from 'fast-check';
import { ChannelFeed } from './channel-feed.js';
import type { FeedAck, Gap } from './feed.js';
import type { Snowflake } from '@discord-relay/contracts/wire';
import type { RelayError } from '../relay-error.js';
import { lossOf } from '../routes.js';
import { bulkAt, CHANNEL, HostileService, messageAt, settled } from '../testing/hostile-service.js';

const NO_HISTORY = () => Promise.reject(new Error('history is not requested in this test'));

function follow(service: HostileService) {
  const seen: number[] = [];
  /** Snapshots and messages, in the order in which they were emitted. */
  const handed: { snapshot: boolean; seq: number }[] = [];
  const gaps: Gap[] = [];
  const feed = new ChannelFeed(CHANNEL, service, NO_HISTORY);
  service.feed = feed;
  feed.on('message', ({ seq }) => {
    seen.push(seq);
    handed.push({ snapshot: false, seq });
  });
  feed.on('snapshot', ({ seq }) => handed.push({ snapshot: true, seq }));
  feed.on('gap', (gap) => gaps.push(gap));
  return { feed, seen, handed, gaps };
}

const KINDS = [
  'commit',
  'commit',
  'commit',
  'hold',
  'release',
  'cut',
  'wait',
  'lag',
  'position',
  'mute',
] as const;
type Kind = (typeof KINDS)[number] | 'renew' | 'restart';
interface Step {
  kind: Kind;
  by: number;
  copies: number;
}

const stepsOf = (kinds: readonly Kind[]) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      by: fc.integer({ min: 1, max: 5 }),
      copies: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 40 },
  );

async function take(service: HostileService, { kind, by, copies }: Step): Promise<void> {
  switch (kind) {
    case 'commit':
      return service.commit(by, copies);
    case 'hold':
      return service.commitDelayed(by, copies);
    case 'release':
      return service.release(by > 2);
    case 'cut':
      return await service.cut();
    case 'restart':
      return await service.restart(by);
    case 'lag':
      return service.lag();
    case 'position':
      return service.sendPosition();
    case 'renew':
      return service.renew();
    case 'mute':
      service.answersToLose = copies;
      return;
    case 'wait':
      return await settled();
  }
}

/** Runs the steps, and then without faults: the position reveals the last lost event. */
async function run(service: HostileService, steps: Step[]): Promise<void> {
  for (const step of steps) await take(service, step);
  service.answersToLose = 0;
  for (let i = 0; i < 200 && service.feed.cursor !== service.head; i++) {
    service.sendPosition();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  expect(service.feed.cursor).toBe(service.head);
}

describe('a channel behind a hostile network', () => {
  it('a channel feed emits every event exactly once and in order, whatever is lost, repeated, reordered or cut', async () => {
    await fc.assert(
      fc.asyncProperty(stepsOf(KINDS), async (steps) => {
        const service = new HostileService();
        const { feed, seen } = follow(service);
        void feed.join();
        await run(service, steps);
        expect(seen).toEqual(service.events.map(({ seq }) => seq));
        feed.leave();
      }),
    );
  });

  it('a channel feed loses nothing that no snapshot covers when the service no longer has the tail', async () => {
    await fc.assert(
      fc.asyncProperty(stepsOf([...KINDS, 'renew']), async (steps) => {
        const service = new HostileService(2);
        const { feed, seen, handed } = follow(service);
        void feed.join();
        await run(service, steps);
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
        const covered = (seq: number) =>
          handed.some((each) => (each.snapshot ? each.seq >= seq : each.seq === seq));
        expect(service.events.every(({ seq }) => covered(seq))).toBe(true);
        feed.leave();
      }),
    );
  });

  it('a channel feed follows a service that came back with less of the log', async () => {
    await fc.assert(
      fc.asyncProperty(stepsOf([...KINDS, 'renew', 'restart']), async (steps) => {
        const service = new HostileService();
        const { feed, handed } = follow(service);
        void feed.join();
        await run(service, steps);
        const since = handed.slice(handed.findLastIndex(({ snapshot }) => snapshot));
        const tail = service.events.map(({ seq }) => seq).filter((seq) => seq > since[0]!.seq);
        expect(since.slice(1).map(({ seq }) => seq)).toEqual(tail);
        feed.leave();
      }),
    );
  });
});

describe('ChannelFeed', () => {
  it('a channel feed requests a snapshot first and resumes from its cursor after a cut', async () => {
    const service = new HostileService();
    const { feed } = follow(service);
    await feed.join();
    service.commit(4, 1);
    await service.cut();
    await settled();
    expect(service.requests).toEqual([undefined, 4]);
  });

  it('a channel feed starts from a stored cursor', async () => {
    const service = new HostileService();
    for (let i = 0; i < 5; i++) service.commit(1, 0);
    const { feed, handed } = follow(service);
    await feed.join(3);
    expect(handed).toEqual([
      { snapshot: false, seq: 4 },
      { snapshot: false, seq: 5 },
    ]);
  });

  it('a channel feed reports what is missing, and is live only while nothing is missing', async () => {
    const service = new HostileService();
    const { feed, gaps } = follow(service);
    const said: boolean[] = [];
    feed.on('live', (live) => said.push(live));
    await feed.join();
    service.commit(1, 0);
    service.commit(1, 1);
    expect(said).toEqual([true, false]);
    await settled();
    expect(said).toEqual([true, false, true]);
    await service.cut();
    await settled();
    expect(gaps).toEqual([{ after: 0, seq: 2, cause: 'chain' }]);
    feed.leave();
    expect(said.slice(3)).toEqual([false, true, false]);
  });

  it('a channel feed finds the lost end of a tail by the service’s position', async () => {
    const service = new HostileService();
    const { feed, seen, gaps } = follow(service);
    await feed.join();
    service.sendPosition();
    service.commit(3, 0);
    service.sendPosition();
    await settled();
    expect(seen).toEqual([3]);
    expect(gaps).toEqual([{ after: 0, seq: 3, cause: 'position' }]);
  });

  it('a channel feed joins again from its cursor after a lagging notice', async () => {
    const service = new HostileService();
    const { feed, seen, gaps } = follow(service);
    await feed.join();
    service.commit(2, 1);
    service.joined = false;
    service.commit(2, 1);
    feed.receiveLagging(4);
    await settled();
    expect(service.requests).toEqual([undefined, 2]);
    expect(seen).toEqual([2, 4]);
    expect(gaps).toEqual([{ after: 2, seq: 4, cause: 'lagging' }]);
  });

  it('a channel feed emits nothing after it was left', async () => {
    const service = new HostileService();
    const { feed, seen } = follow(service);
    await feed.join();
    feed.leave();
    service.joined = true;
    service.commit(1, 1);
    expect(seen).toEqual([]);
    expect(feed.cursor).toBeUndefined();
  });

  it('a channel feed starts from a new snapshot if it is left and joined during a request', async () => {
    const service = new HostileService();
    const { feed, handed } = follow(service);
    const first = feed.join();
    feed.leave();
    await first;
    await feed.join();
    expect(handed.filter(({ snapshot }) => snapshot)).toHaveLength(2);
    expect(service.requests).toEqual([undefined, undefined]);
  });

  it('a channel feed waits for a connection before it sends a request', async () => {
    const service = new HostileService();
    service.up = false;
    const { feed } = follow(service);
    const joined = feed.join();
    expect(service.requests).toEqual([]);
    service.up = true;
    feed.resume();
    await joined;
    expect(service.requests).toEqual([undefined]);
  });
});

describe('an answer to a join', () => {
  const error = { code: 'CHANNEL.NOT_FOUND', message: 'no such channel', retryable: false };
  const standsAt = (seq: number): FeedAck => ({ ok: true, seq, resumed: true });

  /** A service that answers on request. */
  function slowService() {
    const answers: ((answer: FeedAck) => void)[] = [];
    const requests: (number | undefined)[] = [];
    const feed = new ChannelFeed(
      CHANNEL,
      {
        connected: () => true,
        leave: () => undefined,
        retryDelayMs: () => 0,
        join: (after) => {
          requests.push(after);
          return new Promise((resolve) => answers.push(resolve));
        },
      },
      NO_HISTORY,
    );
    const said: unknown[] = [];
    feed.on('live', (live) => said.push(live));
    feed.on('refused', ({ code }) => said.push(code));
    return { feed, requests, said, answers };
  }

  it('an answer to a join is ignored if the connection was lost since', async () => {
    const { feed, said, answers } = slowService();
    void feed.join();
    feed.suspend();
    feed.resume();
    answers[0]!({ ok: false, error });
    await settled();
    feed.receiveSnapshot(bulkAt(4));
    answers[1]!(standsAt(4));
    await settled();
    expect(said).toEqual([true]);
  });

  it('an answer to a join is not accepted if less has arrived than the answer says', async () => {
    const { feed, requests, said, answers } = slowService();
    void feed.join();
    feed.receiveSnapshot(bulkAt(4));
    answers[0]!(standsAt(6));
    await settled();
    expect(requests).toEqual([undefined, 4]);
    expect(said).toEqual([]);
    feed.leave();
  });

  it('an answer to a join is not accepted if an earlier event shows that more is missing', async () => {
    const { feed, requests, said, answers } = slowService();
    void feed.join();
    feed.receiveSnapshot(bulkAt(4));
    feed.receiveMessage(messageAt({ seq: 8, prev: 6 }));
    answers[0]!(standsAt(4));
    await settled();
    expect(requests).toEqual([undefined, 4]);
    expect(said).toEqual([]);
    feed.leave();
  });
});

describe('a channel that may not be followed', () => {
  it('a channel that may not be followed is reported as refused and not requested again', async () => {
    const refused: RelayError[] = [];
    let requests = 0;
    const error = { code: 'CHANNEL.NOT_FOUND', message: 'no such channel', retryable: false };
    const link = {
      connected: () => true,
      leave: () => undefined,
      retryDelayMs: () => 0,
      join: () => {
        requests += 1;
        return Promise.resolve({ ok: false as const, error });
      },
    };
    const feed = new ChannelFeed(CHANNEL, link, NO_HISTORY);
    feed.on('refused', (failure) => refused.push(failure));
    await expect(feed.join()).rejects.toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    feed.resume();
    expect(requests).toBe(1);
    expect(refused).toHaveLength(1);
  });

  it('a channel is reported as refused when access is lost, and the listener of the report can join it again', async () => {
    const service = new HostileService();
    const { feed, handed } = follow(service);
    await feed.join();
    const again = new Promise<void>((resolve) =>
      feed.on('unsubscribed', ({ code }) => {
        expect(code).toBe('CHANNEL.ACCESS_LOST');
        resolve(feed.join());
      }),
    );
    feed.receiveUnsubscribed(lossOf('CHANNEL.ACCESS_LOST'));
    await again;
    expect(handed).toEqual([
      { snapshot: true, seq: 0 },
      { snapshot: true, seq: 0 },
    ]);
  });

  it('a refused channel is requested again by itself if the service is only temporarily unable to deliver', async () => {
    const service = new HostileService();
    const { feed } = follow(service);
    await feed.join();
    const live = new Promise<void>((resolve) => feed.on('live', (on) => on && resolve()));
    feed.receiveUnsubscribed(lossOf('SERVICE.UNAVAILABLE'));
    await live;
    expect(service.requests).toEqual([undefined, 0]);
  });
});

describe('a bulk deletion that is cut in the middle', () => {
  const deletions = ['5', '6', '7'].map((id, i) => ({
    id: id as Snowflake,
    channelId: CHANNEL,
    serverId: '1' as Snowflake,
    seq: i === 2 ? 4 : 3,
    prev: 3,
  }));

  it('a bulk deletion that is cut in the middle is emitted once for each message, although all of it comes again', () => {
    const service = new HostileService();
    service.commit(3, 0);
    const { feed } = follow(service);
    void feed.join();
    const deleted: string[] = [];
    feed.on('delete', ({ id }) => deleted.push(id));
    for (const event of deletions.slice(0, 2)) feed.receiveDelete(event);
    feed.suspend();
    feed.resume();
    for (const event of deletions) feed.receiveDelete(event);
    expect(deleted).toEqual(['5', '6', '7']);
    expect(feed.cursor).toBe(4);
    feed.leave();
  });
});
