import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { channelFeed, changeSubject, type MessageBody, type Positioned } from '@discord-relay/contracts';
import { CHANNEL, OTHER_CHANNEL } from '@discord-relay/gateway-api/world';
import { type Figures, type Measurement, repositoryRoot, until } from '@discord-relay/local-stack';
import { wallClockIso } from '@discord-relay/platform';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { io, type Socket } from 'socket.io-client';
import { type GatewayStack, withGatewayStack } from '../live/gateway-stack.js';
import { MessageChain } from '../live/message-chain.js';
import { RecordedLog } from '../live/recorded-log.js';

/** How far apart messages are recorded, in turn, in milliseconds. */
const SPACINGS_MS = [5, 80, 12, 150, 33, 1, 60, 9, 250, 21];
const LIVE_PER_S = 500;
const LIVE_ALONE_MS = 3_000;

export interface ReplayLoad {
  /** Recorded with spacing, and replayed at 1x. */
  spaced: number;
  /** Recorded at once, and replayed at 1000x. */
  burst: number;
}

/** The spacing of a replay at 1x, its order at 1000x, and what the latter costs live delivery to another socket. */
export const replayTiming: Measurement = {
  name: 'replay-timing',
  description:
    'a replay over Socket.IO: error of the spacing at 1x in ms, order at 1000x, and latency of live messages beside it',
  required: {
    spacingErrorP95Ms: { max: 20 },
    missing: { equals: 0 },
    outOfOrder: { equals: 0 },
    liveMissing: { equals: 0 },
    liveP99BesideMs: { max: 30 },
  },
  run: ({ progress }) =>
    withGatewayStack({}, (stack) => measureReplay(stack, { spaced: 150, burst: 30_000 }, progress)),
};

export async function measureReplay(
  stack: GatewayStack,
  load: ReplayLoad,
  progress: (line: string) => void,
): Promise<Figures> {
  const log = await RecordedLog.create(stack.nats.url, stack.world);
  const nats = await connect({ servers: stack.nats.url });
  const follower = await open(stack);
  try {
    const spaced = await recordSpaced(log, load.spaced);
    const from = wallClockIso();
    await log.recordMany(load.burst);
    await log.project();
    progress(`${load.spaced + load.burst} messages are recorded`);
    const original = await replay(stack, { ...spaced, speed: 1 });
    progress('replayed at 1x');
    const live = new LiveLoad(stack, nats, follower);
    await live.start();
    await live.during(sleep(LIVE_ALONE_MS));
    const alone = live.take();
    const startedAtMs = performance.now();
    const fast = await live.during(replay(stack, { from, speed: 1_000 }));
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const beside = live.take();
    return {
      spacingErrorP95Ms: quantile(spacingErrors(original), 0.95),
      spacingErrorMaxMs: quantile(spacingErrors(original), 1),
      replayedPerS: Math.round(fast.length / seconds),
      missing: load.spaced + load.burst - original.length - fast.length,
      outOfOrder: outOfOrder(original) + outOfOrder(fast),
      liveP99AloneMs: quantile(alone.latenciesMs, 0.99),
      liveP99BesideMs: quantile(beside.latenciesMs, 0.99),
      liveMissing: alone.missing + beside.missing,
    };
  } finally {
    follower.disconnect();
    await Promise.all([log.close(), nats.close()]);
  }
}

type Message = MessageBody & Positioned;

interface Range {
  from: string;
  to?: string;
  speed: number;
}

/** What a process that reads a replay needs. */
export interface ReplayRun {
  url: string;
  token: string;
  request: object;
}

export interface Arrival {
  seq: number;
  prev: number;
  /** When the relay recorded it, milliseconds since the Unix epoch. */
  recordedMs: number;
  arrivedMs: number;
}

async function recordSpaced(log: RecordedLog, count: number): Promise<{ from: string; to: string }> {
  const from = wallClockIso();
  for (let i = 0; i < count; i++) {
    await log.record();
    await sleep(SPACINGS_MS[i % SPACINGS_MS.length]);
  }
  return { from, to: wallClockIso() };
}

async function open({ gateway, token }: GatewayStack): Promise<Socket> {
  const socket = io(gateway.url, { auth: { token }, transports: ['websocket'], forceNew: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  return socket;
}

/** What arrives of a replay, until it has ended. */
async function replay({ gateway, token }: GatewayStack, range: Range): Promise<Arrival[]> {
  const worker = fork(join(repositoryRoot, 'dist/bench/history/replay-worker.js'), {
    serialization: 'advanced',
  });
  try {
    const run: ReplayRun = { url: gateway.url, token, request: { channelId: OTHER_CHANNEL, ...range } };
    worker.send(run);
    const [arrivals] = (await Promise.race([once(worker, 'message'), failureOf(worker)])) as [Arrival[]];
    return arrivals;
  } finally {
    worker.disconnect();
  }
}

async function failureOf(worker: ChildProcess): Promise<never> {
  const [code] = (await once(worker, 'exit')) as [number];
  throw new Error(`the client of the replay ended with code ${code}`);
}

/** Announced messages, and how long each takes to a socket that follows the channel. */
class LiveLoad {
  private readonly sentMs = new Map<number, number>();
  private latenciesMs: number[] = [];
  private chain: MessageChain | undefined;

  constructor(
    private readonly stack: GatewayStack,
    private readonly nats: NatsConnection,
    private readonly socket: Socket,
  ) {}

  async start(): Promise<void> {
    this.chain = new MessageChain(await this.stack.world.head(channelFeed(CHANNEL)));
    this.socket.on('message', ({ seq }: Message) => {
      this.latenciesMs.push(performance.now() - this.sentMs.get(seq)!);
      this.sentMs.delete(seq);
    });
    await this.socket.emitWithAck('join_channel', { channelId: CHANNEL });
  }

  /** Sends messages at a steady rate while the work runs, and waits until they have arrived. */
  async during<T>(work: Promise<T>): Promise<T> {
    let running = true;
    const done = work.finally(() => (running = false));
    const startedMs = performance.now();
    for (let sent = 0; running; sent++) {
      const dueMs = startedMs + (sent * 1_000) / LIVE_PER_S;
      if (dueMs > performance.now()) await sleep(dueMs - performance.now());
      this.send();
    }
    await until('live messages have arrived', 30_000, () => this.sentMs.size === 0 || undefined).catch(
      () => undefined,
    );
    return done;
  }

  take(): { latenciesMs: number[]; missing: number } {
    const { latenciesMs } = this;
    this.latenciesMs = [];
    return { latenciesMs, missing: this.sentMs.size };
  }

  private send(): void {
    const change = this.chain!.next();
    this.sentMs.set(change.seq, performance.now());
    this.nats.publish(changeSubject(change.guildId, change.channelId), JSON.stringify(change));
  }
}

/** How much the time between two arrivals differs from the time between their recording. */
const spacingErrors = (arrivals: readonly Arrival[]): number[] =>
  arrivals
    .slice(1)
    .map(({ recordedMs, arrivedMs }, i) =>
      Math.abs(arrivedMs - arrivals[i]!.arrivedMs - (recordedMs - arrivals[i]!.recordedMs)),
    );

/** Messages that do not follow the one before. */
const outOfOrder = (arrivals: readonly Arrival[]): number =>
  arrivals.slice(1).filter(({ seq, prev }, i) => prev !== arrivals[i]!.seq || seq <= prev).length;

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN) * 10) / 10;
}
