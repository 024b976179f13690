import fc from 'fast-check';
import type { JoinAck, JoinChannelRequest, Positioned, Snowflake } from '@discord-relay/contracts';
import { ChannelFeed, type FeedLink } from './channel-feed.js';
import type { RelayError } from './relay-error.js';

const CHANNEL = '10' as Snowflake;
const GUILD = '1' as Snowflake;

const messageAt = ({ seq, prev }: Positioned) => ({
  id: String(seq) as Snowflake,
  content: '',
  author: { id: '2' as Snowflake, username: 'a' },
  timestamp: '2026-01-01T00:00:00.000Z',
  channelId: CHANNEL,
  serverId: GUILD,
  seq,
  prev,
});

const bulkAt = (seq: number) => ({
  channelId: CHANNEL,
  serverId: GUILD,
  messages: [],
  seq,
  reason: 'joined' as const,
});

/** A feed in memory that keeps the newest `retained` events, and the exact answers of the service to a join. */
class Service implements FeedLink {
  readonly events: Positioned[] = [];
  readonly requests: JoinChannelRequest[] = [];
  up = true;
  joined = false;
  feed!: ChannelFeed;

  constructor(private readonly retained = Number.POSITIVE_INFINITY) {}

  get head(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  connected(): boolean {
    return this.up;
  }

  leave(): void {
    this.joined = false;
  }

  join(request: JoinChannelRequest): Promise<JoinAck> {
    this.requests.push(request);
    this.joined = true;
    const tail = this.events.filter((event) => event.seq > (request.after ?? Infinity));
    const resumed = request.after !== undefined && tail.length <= this.retained;
    if (resumed) for (const event of tail) this.feed.receive('message', messageAt(event));
    else this.feed.receiveSnapshot(bulkAt(this.head));
    return Promise.resolve({ ok: true, channelId: CHANNEL, seq: this.head, resumed });
  }

  /** Commits one event and sends it `copies` times, in order, as a network would that loses and repeats. */
  commit(step: number, copies: number): void {
    const event = { prev: this.head, seq: this.head + step };
    this.events.push(event);
    for (let i = 0; i < copies && this.joined && this.up; i++) this.feed.receive('message', messageAt(event));
  }

  async cut(): Promise<void> {
    this.up = this.joined = false;
    this.feed.suspend();
    await settled();
    this.up = true;
    this.feed.resume();
  }
}

/** Everything that was already answered has been handled. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function follow(service: Service) {
  const seen: number[] = [];
  const snapshots: number[] = [];
  const feed = new ChannelFeed(CHANNEL, service);
  service.feed = feed;
  feed.on('message', ({ seq }) => seen.push(seq));
  feed.on('snapshot', ({ seq }) => snapshots.push(seq));
  return { feed, seen, snapshots };
}

const step = fc.record({
  kind: fc.constantFrom('commit', 'commit', 'commit', 'cut', 'wait'),
  step: fc.integer({ min: 1, max: 5 }),
  copies: fc.integer({ min: 0, max: 3 }),
});

async function run(service: Service, steps: { kind: string; step: number; copies: number }[]) {
  for (const { kind, step: by, copies } of steps) {
    if (kind === 'commit') service.commit(by, copies);
    else if (kind === 'cut') await service.cut();
    else await settled();
  }
  service.commit(1, 1);
  await settled();
}

describe('ChannelFeed', () => {
  it('hands on every event exactly once and in order, whatever is dropped, repeated or cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const service = new Service();
        const { feed, seen } = follow(service);
        await feed.join();
        await run(service, steps);
        expect(seen).toEqual(service.events.map(({ seq }) => seq));
        feed.leave();
      }),
    );
  });

  it('loses nothing that no snapshot covers when the service no longer has the tail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const service = new Service(2);
        const { feed, seen, snapshots } = follow(service);
        await feed.join();
        await run(service, steps);
        expect(feed.cursor).toBe(service.head);
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
        const covered = (seq: number) => seen.includes(seq) || snapshots.some((at) => at >= seq);
        expect(service.events.every(({ seq }) => covered(seq))).toBe(true);
        feed.leave();
      }),
    );
  });

  it('asks for a snapshot first and resumes from its cursor after a cut', async () => {
    const service = new Service();
    const { feed } = follow(service);
    await feed.join();
    service.commit(4, 1);
    await service.cut();
    await settled();
    expect(service.requests).toEqual([{ channelId: CHANNEL }, { channelId: CHANNEL, after: 4 }]);
  });

  it('says that it is live only while nothing is missing', async () => {
    const service = new Service();
    const { feed } = follow(service);
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
    feed.leave();
    expect(said.slice(3)).toEqual([false, true, false]);
  });

  it('hands on nothing after it was left', async () => {
    const service = new Service();
    const { feed, seen } = follow(service);
    await feed.join();
    feed.leave();
    service.joined = true;
    service.commit(1, 1);
    expect(seen).toEqual([]);
    expect(feed.cursor).toBeUndefined();
  });

  it('starts from a new snapshot when it is left and joined while an answer is under way', async () => {
    const service = new Service();
    const { feed, snapshots } = follow(service);
    const first = feed.join();
    feed.leave();
    await first;
    await feed.join();
    expect(snapshots).toHaveLength(2);
    expect(service.requests).toHaveLength(2);
  });

  it('reports a refusal and does not ask again', async () => {
    const refused: RelayError[] = [];
    let asked = 0;
    const feed = new ChannelFeed(CHANNEL, {
      connected: () => true,
      leave: () => undefined,
      join: () => {
        asked += 1;
        const error = { code: 'CHANNEL.NOT_FOUND', message: 'no such channel', retryable: false };
        return Promise.resolve({ ok: false, error });
      },
    });
    feed.on('refused', (error) => refused.push(error));
    await expect(feed.join()).rejects.toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    feed.resume();
    expect(asked).toBe(1);
    expect(refused).toHaveLength(1);
  });

  it('waits for a connection before it asks', async () => {
    const service = new Service();
    service.up = false;
    const { feed } = follow(service);
    const joined = feed.join();
    expect(service.requests).toEqual([]);
    service.up = true;
    feed.resume();
    await joined;
    expect(service.requests).toHaveLength(1);
  });
});

describe('a bulk deletion that is cut in the middle', () => {
  const deletions = ['5', '6', '7'].map((id, i) => ({
    id: id as Snowflake,
    channelId: CHANNEL,
    serverId: GUILD,
    seq: i === 2 ? 4 : 3,
    prev: 3,
  }));

  it('is handed on once for each message, although all of it comes again', async () => {
    const service = new Service();
    const feed = new ChannelFeed(CHANNEL, service);
    service.feed = feed;
    void feed.join();
    feed.receiveSnapshot(bulkAt(3));
    const deleted: string[] = [];
    feed.on('delete', ({ id }) => deleted.push(id));
    for (const event of deletions.slice(0, 2)) feed.receive('delete', event);
    feed.suspend();
    feed.resume();
    for (const event of deletions) feed.receive('delete', event);
    expect(deleted).toEqual(['5', '6', '7']);
    expect(feed.cursor).toBe(4);
  });
});
