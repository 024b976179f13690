import { setImmediate } from 'node:timers/promises';
import { AppError, placed, type ReplayEnded, type ReplayStatus } from '@discord-relay/contracts';
import { toWireError } from '../errors/wire-error.js';
import { LoggedEvent } from '../log/select/logged-event.js';
import { PlaybackClock } from './playback-clock.js';
import type { PastFacts, ReplayContent } from './replay-content.js';
import type { ReplayOutput } from './replay-output.js';
import type { ReplayPlan } from './replay-plan.js';
import { Sleeper } from './sleeper.js';

/** Events that are due are read from the read models in groups of at most this many … */
const EVENTS_AT_ONCE = 100;
/** … and sent in turns of the event loop of at most this many, so that live delivery is not delayed. */
const EVENTS_IN_A_TURN = 20;
/** A time without events is quiet if it would take longer than this to play … */
const QUIET_MS = 3_000;
/** … and it is skipped up to this long before the next event. */
const LEAD_MS = 1_000;

export type ReplayOutcome = ReplayEnded['reason'] | 'disconnected';

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * One replay: a snapshot of the beginning, and then the events of the range with their original spacing, divided by the speed. A
 * seek begins again from another time. Rights and redactions are those of the moment in which an event is sent.
 */
export class Replay {
  private readonly clock: PlaybackClock;
  private readonly sleeper = new Sleeper();
  /** Ends what is played at present: a seek follows, or the end. */
  private segment = new AbortController();
  private soughtMs: number | undefined;
  private ending: ReplayOutcome | undefined;
  /** Sequence of the last event that was sent. */
  private prev = 0;

  constructor(
    private readonly plan: ReplayPlan,
    private readonly content: ReplayContent,
    private readonly output: ReplayOutput,
    private readonly options: { speed: number; skipQuiet: boolean },
  ) {
    this.clock = new PlaybackClock(plan.fromMs, options.speed, performance.now());
    this.clock.hold('snapshot', performance.now());
  }

  get status(): ReplayStatus {
    const { fromMs, toMs } = this.plan;
    return {
      id: this.output.id,
      from: iso(fromMs),
      to: iso(toMs),
      at: this.at,
      speed: this.clock.speed,
      skipQuiet: this.options.skipQuiet,
      paused: this.clock.isHeldBy('user'),
    };
  }

  /** Whether nothing is sent any more, although {@link run} may not have resolved yet. */
  get hasEnded(): boolean {
    return this.ending !== undefined;
  }

  pause(): void {
    this.clock.hold('user', performance.now());
    this.sleeper.wake();
  }

  resume(): void {
    this.clock.release('user', performance.now());
    this.sleeper.wake();
  }

  /** An undefined option does not change. */
  set({ speed = this.clock.speed, skipQuiet = this.options.skipQuiet }: Partial<Replay['options']>): void {
    this.clock.setSpeed(speed, performance.now());
    this.options.skipQuiet = skipQuiet;
    this.sleeper.wake();
  }

  /** @throws AppError `REQUEST.INVALID` when the time is outside the range */
  seek(timeMs: number): void {
    const { fromMs, toMs } = this.plan;
    if (timeMs < fromMs || timeMs > toMs)
      throw new AppError('REQUEST.INVALID', `at must be between ${iso(fromMs)} and ${iso(toMs)}`);
    this.soughtMs = timeMs;
    this.clock.hold('snapshot', performance.now());
    this.clock.jump(timeMs, performance.now());
    this.interrupt();
  }

  /** Ends the replay: nothing is sent afterwards, and {@link run} resolves soon. */
  end(reason: ReplayOutcome, error?: AppError): void {
    if (this.ending) return;
    this.ending = reason;
    this.interrupt();
    if (reason === 'disconnected') return;
    const wireError = error && { error: toWireError(error) };
    this.output.notify('replay_ended', { id: this.output.id, at: this.at, reason, ...wireError });
  }

  /** Plays to the end; never rejects. */
  async run(): Promise<ReplayOutcome> {
    try {
      await this.sendGaps();
      this.soughtMs ??= this.plan.fromMs;
      for (let startMs = this.takeSought(); startMs !== undefined; startMs = this.takeSought())
        await this.playFrom(startMs);
      this.end('complete');
    } catch (error) {
      const cause =
        error instanceof AppError ? error : new AppError('SERVICE.INTERNAL', undefined, { cause: error });
      this.end('failed', cause);
    }
    return this.ending!;
  }

  private get at(): string {
    return iso(Math.min(this.clock.at(performance.now()), this.plan.toMs));
  }

  private interrupt(): void {
    this.segment.abort();
    this.sleeper.wake();
  }

  private takeSought(): number | undefined {
    const { soughtMs } = this;
    this.soughtMs = undefined;
    return this.ending ? undefined : soughtMs;
  }

  private async sendGaps(): Promise<void> {
    for await (const gap of this.content.gaps()) {
      await this.output.drained();
      if (this.ending) return;
      this.output.notify('replay_gap', { id: this.output.id, ...gap });
    }
  }

  private async playFrom(startMs: number): Promise<void> {
    const { signal } = (this.segment = new AbortController());
    try {
      const afterSeq = await this.content.seqBefore(startMs);
      await this.showSnapshot(afterSeq, startMs, signal);
      for await (const batch of this.content.read(afterSeq, signal))
        await this.play(
          batch.map((record) => new LoggedEvent(record)),
          signal,
        );
      await this.reach(this.plan.toMs, signal);
    } catch (error) {
      // What a seek or an end interrupts may fail.
      if (!signal.aborted) throw error;
    }
  }

  private async showSnapshot(afterSeq: number, startMs: number, signal: AbortSignal): Promise<void> {
    await this.output.drained();
    const { channels, messages, rooms } = await this.content.snapshot(afterSeq, startMs);
    if (signal.aborted) return;
    const at = iso(startMs);
    this.output.notify('replay_channels', { id: this.output.id, at, channels });
    if (messages) this.output.sendSnapshot('messages_bulk', messages, at);
    if (rooms) this.output.sendSnapshot('rooms_list', rooms, at);
    this.prev = afterSeq;
    this.clock.jump(startMs, performance.now());
    this.clock.release('snapshot', performance.now());
  }

  private async play(events: readonly LoggedEvent[], signal: AbortSignal): Promise<void> {
    for (let i = 0; i < events.length;) {
      if (!(await this.reach(events[i]!.storedAtMs, signal))) return;
      const first = i++;
      const nowMs = performance.now();
      while (
        i < events.length &&
        i - first < EVENTS_AT_ONCE &&
        this.clock.dueInMs(events[i]!.storedAtMs, nowMs) <= 0
      )
        i++;
      for await (const facts of this.content.factsOf(events.slice(first, i), signal))
        await this.send(facts, signal);
    }
  }

  private async send(past: readonly PastFacts[], signal: AbortSignal): Promise<void> {
    for (const [i, { seq, storedAtMs, redaction, bytes, facts }] of past.entries()) {
      if (this.output.isFull) await this.drain();
      else if (i % EVENTS_IN_A_TURN === EVENTS_IN_A_TURN - 1) await setImmediate();
      if (signal.aborted) return;
      const mark = { at: iso(storedAtMs), ...(redaction && { redacted: redaction }) };
      for (const event of placed(facts, seq, this.prev)) this.output.send(event, mark, bytes);
      if (facts.length > 0) this.prev = seq;
    }
  }

  /** Time stands still while the client reads: it then continues with the original spacing. */
  private async drain(): Promise<void> {
    this.clock.hold('client', performance.now());
    await this.output.drained();
    this.clock.release('client', performance.now());
  }

  /** Resolves when the replay has reached a time; false: it was interrupted. */
  private async reach(timeMs: number, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const dueInMs = this.clock.dueInMs(timeMs, performance.now());
      if (dueInMs <= 0) return true;
      if (this.options.skipQuiet && dueInMs > QUIET_MS && dueInMs !== Infinity) this.skipTo(timeMs);
      else await this.sleeper.sleep(dueInMs);
    }
    return false;
  }

  private skipTo(timeMs: number): void {
    const nowMs = performance.now();
    const fromMs = this.clock.at(nowMs);
    const toMs = timeMs - LEAD_MS * this.clock.speed;
    this.clock.jump(toMs, nowMs);
    this.output.notify('replay_skipped', { id: this.output.id, from: iso(fromMs), to: iso(toMs) });
  }
}
