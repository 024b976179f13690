import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

export interface Performance {
  /** Mean delay of the event loop since the last look, milliseconds. */
  eventLoopDelay: number;
  /** Share of one core since the last look, percent. */
  cpuUsage: number;
}

/** How busy the process is, looked at every few seconds. */
export class Vitals {
  private readonly loop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private cpu = process.cpuUsage();
  private lookedAtMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private latest: Performance = { eventLoopDelay: 0, cpuUsage: 0 };

  get performance(): Performance {
    return this.latest;
  }

  onModuleInit(): void {
    this.loop.enable();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.loop.disable();
  }

  private look(): void {
    const nowMs = performance.now();
    const { user, system } = process.cpuUsage(this.cpu);
    const elapsedUs = (nowMs - this.lookedAtMs) * 1_000;
    // The histogram holds the timer's own interval too, in nanoseconds; it is NaN while empty.
    const delayMs = this.loop.mean / 1e6 - RESOLUTION_MS;
    this.latest = {
      eventLoopDelay: round(Math.max(0, delayMs || 0)),
      cpuUsage: round(((user + system) / elapsedUs) * 100),
    };
    this.cpu = process.cpuUsage();
    this.lookedAtMs = nowMs;
    this.loop.reset();
  }
}

const RESOLUTION_MS = 20;
const LOOK_EVERY_MS = 5_000;

const round = (value: number): number => Math.round(value * 100) / 100;
