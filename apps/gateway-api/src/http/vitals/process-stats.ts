import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { RestPerformance } from '@discord-relay/contracts';

/** Measures the load of the process. The event loop delay is measured every few seconds. */
export class ProcessStats {
  private readonly loop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private timer: NodeJS.Timeout | undefined;
  private delayNs = 0;

  constructor(readonly environment: string) {}

  get performance(): RestPerformance {
    return { eventLoopDelay: this.delayNs, cpuUsage: process.cpuUsage() };
  }

  onModuleInit(): void {
    this.loop.enable();
    this.timer = setInterval(() => this.measure(), MEASURE_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.loop.disable();
  }

  private measure(): void {
    // The histogram includes the timer's own interval; its mean is NaN while it is empty.
    const delayNs = this.loop.mean - RESOLUTION_MS * 1e6;
    this.delayNs = Math.round(Math.max(0, delayNs || 0));
    this.loop.reset();
  }
}

const RESOLUTION_MS = 20;
const MEASURE_EVERY_MS = 5_000;
