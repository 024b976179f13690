import type { RelayClient, RelayError, Replay } from '@discord-relay/client';
import {
  type MessagesBulk,
  type Replayable,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import { PAGE_SIZE } from '../../messages/model/channel-store.js';
import type { ListedGap, Skip } from '../../messages/model/list-marks.js';
import { asRelayError } from '../../relay/as-relay-error.js';
import {
  beganIn,
  clampTo,
  CLOSED,
  listedGap,
  type MachineState,
  noWebSocket,
  type Notice,
  rangeOf,
  recordedRange,
  withSkip,
} from './machine-state.js';
import { listenToReplay } from './listen-to-replay.js';
import { ObservableState } from './observable-state.js';
import { PastFeed } from './past-feed.js';

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

/** The parts of the client that it uses. */
export type PastClient = Pick<RelayClient, 'replay' | 'get' | 'on' | 'state' | 'transport'>;

/**
 * Plays the past of a channel: one replay over its whole recorded history, which is paused, sought and resumed, and is started
 * again where it ended.
 */
export class TimeMachine {
  readonly feed: PastFeed;
  private readonly states = new ObservableState(CLOSED);
  private replay: Replay | null = null;
  /** Counts the replays; events of an earlier one are ignored. */
  private run = 0;
  /** The time that the reader chose. */
  private targetMs: number;
  /** Its snapshot has not arrived yet. */
  private isPending = true;
  /** The gaps of the replay, as they arrive before its first snapshot. */
  private gaps: ListedGap[] = [];
  /** What it can show, since its first snapshot; null: not known yet. */
  private recorded: ReturnType<typeof recordedRange> | null = null;
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

  readonly getState = this.states.get;
  readonly subscribe = this.states.subscribe;

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
    this.states.notify();
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
    [this.gaps, this.recorded] = [[], null];
    this.show({ phase: 'opening', error: null });
    if (this.client.transport === 'sse') return this.fail(noWebSocket());
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
      const { speed, skipQuiet } = this.state;
      await replay.set({ speed, skipQuiet });
      if (this.state.isPlaying) await replay.resume();
    } catch (cause) {
      if (run === this.run) this.fail(asRelayError(cause));
    }
  }

  /** The reader may choose another time meanwhile. */
  private async seekPaused(replay: Replay): Promise<void> {
    const asked = rangeOf(await replay.pause());
    let soughtMs: number;
    do {
      soughtMs = this.targetMs = clampTo(asked, this.targetMs);
      await replay.seek(iso(soughtMs));
    } while (soughtMs !== this.targetMs && this.replay === replay);
  }

  private listen(replay: Replay, run: number): void {
    listenToReplay(replay, this.feed, {
      isCurrent: () => run === this.run,
      areShown: () => !this.isPending,
      onGap: (gap) => void this.gaps.push(listedGap(gap)),
      onSnapshot: (bulk) => this.receiveSnapshot(replay, bulk),
      onSkip: (skip) => this.receiveSkip(skip),
      onEnded: ({ at, reason }, error) => {
        if (!this.isPending) this.targetMs = Date.parse(at);
        if (error) this.fail(error);
        // A channel that was created a moment ago has a history that is over at once.
        else if (!this.isReady) void this.begin();
        else if (reason === 'complete') this.finish();
      },
    });
  }

  /** Only that of the time that the reader chose last. */
  private receiveSnapshot(replay: Replay, bulk: Replayable<MessagesBulk>): void {
    if (!bulk.replay || Date.parse(bulk.replay.at) !== this.targetMs) return;
    this.recorded ??= recordedRange(rangeOf(replay.status!), this.gaps);
    const { range, gaps } = this.recorded;
    // Nothing was recorded at the time that the reader chose.
    if (this.targetMs < range.fromMs) return this.seek(range.fromMs);
    this.isPending = false;
    this.feed.receiveSnapshot(bulk);
    const isForbidden = bulk.reason === 'history_forbidden';
    const chosen = { chosenMs: this.targetMs, visit: this.state.visit + 1 };
    this.show({ phase: 'open', range, gaps, skips: [], isForbidden, ...chosen });
  }

  private receiveSkip({ from, to }: Skip): void {
    const skip = { from, to };
    this.show({ skips: withSkip(this.state.skips, skip) });
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
      if (run !== this.run) return;
      const error = asRelayError(cause);
      if (error.code !== 'REPLAY.NOT_FOUND') this.fail(error);
      // At the end there is nothing to pause, but another time can be sought.
      else if (this.state.phase !== 'ended' || this.isPending) void this.begin();
    });
  }

  private get state(): MachineState {
    return this.states.get();
  }

  private show(change: Partial<MachineState>): void {
    this.states.change(change);
  }
}
