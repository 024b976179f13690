import { type RelayClient, RelayError, type Replay } from '@discord-relay/client';
import {
  type MessagesBulk,
  type Replayable,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import { PAGE_SIZE } from '../../messages/model/channel-store.js';
import type { ListedGap, Skip } from '../../messages/model/list-marks.js';
import { asRelayError } from '../../relay/as-relay-error.js';
import { TIME_MACHINE_TEXTS } from '../../texts/time-machine-texts.js';
import {
  beganIn,
  clampTo,
  CLOSED,
  listedGap,
  type MachineState,
  type Notice,
  recordedRange,
  type TimeRange,
} from './machine-state.js';
import { PastFeed } from './past-feed.js';

/** The list holds no more messages, between which they are shown. */
const SKIPS_KEPT = 400;

const NO_WEBSOCKET = {
  code: 'CLIENT.DISCONNECTED',
  message: TIME_MACHINE_TEXTS.needsWebSocket,
  retryable: true,
};

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

/** The parts of the client that it uses. */
export type PastClient = Pick<RelayClient, 'replay' | 'get' | 'on' | 'state' | 'transport'>;

/**
 * Plays the past of a channel: one replay over its whole recorded history, which is paused, sought and resumed, and is started
 * again where it ended.
 */
export class TimeMachine {
  readonly feed: PastFeed;
  private state: MachineState = CLOSED;
  private readonly listeners = new Set<() => void>();
  private replay: Replay | null = null;
  /** Counts the replays; events of an earlier one are ignored. */
  private run = 0;
  /** The time that the reader chose. */
  private targetMs: number;
  /** Its snapshot has not arrived yet. */
  private isPending = true;
  /** The gaps of the replay, as they arrive before its first snapshot. */
  private gaps: readonly ListedGap[] = [];
  /** The replay takes commands. */
  private isReady = false;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly client: PastClient,
    private readonly place: { channelId: Snowflake; serverId: Snowflake },
    startMs: number,
  ) {
    this.targetMs = Math.round(startMs);
    this.feed = new PastFeed(client, place, { join: () => this.open(), leave: () => this.close() });
  }

  readonly getState = (): MachineState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The time that is shown, milliseconds since the Unix epoch. */
  get atMs(): number {
    const timeMs = this.isPending ? this.targetMs : (this.replay?.atMs ?? this.targetMs);
    return this.state.range ? clampTo(this.state.range, timeMs) : timeMs;
  }

  play(): void {
    const { phase, range } = this.state;
    this.show({ isPlaying: true });
    this.tell({ kind: 'playing' });
    // As a player does at the end of a film.
    if (phase === 'ended' && range && this.atMs >= range.toMs) this.targetMs = range.fromMs;
    if (this.isReady) this.send((replay) => replay.resume());
    else if (phase !== 'opening') void this.begin();
  }

  pause(): void {
    this.show({ isPlaying: false });
    this.tell({ kind: 'paused' });
    if (this.isReady) this.send((replay) => this.pauseAt(replay));
  }

  seek(timeMs: number): void {
    const { phase, range } = this.state;
    this.targetMs = range ? clampTo(range, timeMs) : Math.round(timeMs);
    this.isPending = true;
    this.notify();
    if (this.isReady) this.send((replay) => replay.seek(iso(this.targetMs)));
    else if (phase !== 'opening') void this.begin();
  }

  set(options: Partial<Pick<MachineState, 'speed' | 'skipQuiet'>>): void {
    this.show(options);
    if (this.isReady) this.send((replay) => replay.set(options));
  }

  /** Begins again after a failure. */
  retry(): void {
    void this.begin();
  }

  tell(notice: Notice): void {
    this.show({ notice: { ...notice, count: (this.state.notice?.count ?? 0) + 1 } });
  }

  private async open(): Promise<void> {
    this.stopListening ??= this.client.on('state', () => this.onConnection());
    await this.begin();
  }

  private close(): void {
    this.stopListening?.();
    this.stopListening = undefined;
    this.targetMs = this.atMs;
    this.abandon();
  }

  /** The replay ended with the connection, or waits for it. */
  private onConnection(): void {
    const { phase, error } = this.state;
    const isWaiting = phase === 'opening' ? this.replay === null : error?.retryable === true;
    if (isWaiting && this.client.state === 'connected') void this.begin();
  }

  private abandon(): number {
    const { replay } = this;
    this.replay = null;
    this.isReady = false;
    this.isPending = true;
    // It may have ended already: then there is nothing to stop.
    if (replay?.status) replay.stop().catch(() => undefined);
    return (this.run += 1);
  }

  private async begin(): Promise<void> {
    const run = this.abandon();
    this.gaps = [];
    this.show({ phase: 'opening', error: null });
    if (this.client.transport === 'sse') return this.fail(new RelayError(NO_WEBSOCKET));
    if (this.client.state !== 'connected') return;
    const { channelId } = this.place;
    const from = iso(snowflakeTimeMs(channelId));
    // Slowly, so that it has not ended when it is paused.
    const replay = this.client.replay({ channelId, from, speed: 1, limit: PAGE_SIZE });
    this.replay = replay;
    this.listen(replay, run);
    try {
      await replay.start();
      if (run !== this.run) return void (await replay.stop());
      await this.seekPaused(replay);
      if (run !== this.run) return;
      this.isReady = true;
      await replay.set(this.choice);
      if (this.state.isPlaying) await replay.resume();
    } catch (cause) {
      if (run === this.run) this.fail(asRelayError(cause));
    }
  }

  /** The reader may choose another time meanwhile. */
  private async seekPaused(replay: Replay): Promise<void> {
    const { from, to } = await replay.pause();
    const asked = { fromMs: Date.parse(from), toMs: Date.parse(to) };
    let soughtMs: number;
    do {
      soughtMs = this.targetMs = clampTo(asked, this.targetMs);
      await replay.seek(iso(soughtMs));
    } while (soughtMs !== this.targetMs && this.replay === replay);
  }

  private get choice(): Pick<MachineState, 'speed' | 'skipQuiet'> {
    const { speed, skipQuiet } = this.state;
    return { speed, skipQuiet };
  }

  private listen(replay: Replay, run: number): void {
    const { feed } = this;
    const isCurrent = () => run === this.run;
    const areShown = () => isCurrent() && !this.isPending;
    replay.on('gap', (gap) => {
      if (isCurrent()) this.gaps = [...this.gaps, listedGap(gap)];
    });
    replay.on('snapshot', (bulk) => isCurrent() && this.receiveSnapshot(replay, bulk));
    replay.on('message', (event) => areShown() && feed.receiveMessage(event));
    replay.on('update', (event) => areShown() && feed.receiveUpdate(event));
    replay.on('delete', (event) => areShown() && feed.receiveDelete(event));
    replay.on('reaction', (event) => areShown() && feed.receiveReaction(event));
    replay.on('skipped', (skip) => areShown() && this.receiveSkip(skip));
    replay.on('ended', ({ at, reason }, error) => {
      if (!isCurrent()) return;
      if (!this.isPending) this.targetMs = Date.parse(at);
      if (error) this.fail(error);
      else if (reason === 'complete') this.finish();
    });
  }

  /** Only that of the time that the reader chose last. */
  private receiveSnapshot(replay: Replay, bulk: Replayable<MessagesBulk>): void {
    if (!bulk.replay || Date.parse(bulk.replay.at) !== this.targetMs) return;
    const { range, gaps } = this.recorded(replay);
    if (this.targetMs < range.fromMs) return this.seekBeginning(range.fromMs);
    this.isPending = false;
    this.feed.receiveSnapshot(bulk);
    const isForbidden = bulk.reason === 'history_forbidden';
    const chosen = { chosenMs: this.targetMs, visit: this.state.visit + 1 };
    this.show({ phase: 'open', range, gaps, skips: [], isForbidden, ...chosen });
  }

  /** Nothing was recorded at the time that the reader chose. */
  private seekBeginning(fromMs: number): void {
    this.targetMs = fromMs;
    this.send((replay) => replay.seek(iso(fromMs)));
  }

  /** All gaps have arrived before the first snapshot. */
  private recorded(replay: Replay): { range: TimeRange; gaps: MachineState['gaps'] } {
    const { phase, range, gaps } = this.state;
    if (phase === 'open' && range) return { range, gaps };
    const { from, to } = replay.status!;
    return recordedRange({ fromMs: Date.parse(from), toMs: Date.parse(to) }, this.gaps);
  }

  private receiveSkip({ from, to }: Skip): void {
    const skip = { from, to };
    this.show({ skips: [...this.state.skips, skip].slice(-SKIPS_KEPT) });
    this.tell({ kind: 'skipped', skip, gaps: this.state.gaps.filter((gap) => beganIn(gap, skip)) });
  }

  private finish(): void {
    this.isReady = false;
    this.show({ phase: 'ended', isPlaying: false, chosenMs: this.atMs });
    this.tell({ kind: 'ended' });
  }

  private fail(error: RelayError): void {
    this.targetMs = this.atMs;
    this.abandon();
    this.show({ phase: 'failed', isPlaying: false, error });
  }

  /** Until the answer, the time at which it stands still is not known exactly. */
  private async pauseAt(replay: Replay): Promise<void> {
    await replay.pause();
    this.show({ chosenMs: this.atMs });
  }

  /** A command of the reader; a replay that has just ended is begun again at the same time. */
  private send(command: (replay: Replay) => Promise<unknown>): void {
    const { replay, run } = this;
    if (!replay) return;
    command(replay).catch((cause: unknown) => {
      if (run !== this.run || this.state.phase === 'ended') return;
      const error = asRelayError(cause);
      if (error.code === 'REPLAY.NOT_FOUND') void this.begin();
      else this.fail(error);
    });
  }

  private show(change: Partial<MachineState>): void {
    this.state = { ...this.state, ...change };
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
