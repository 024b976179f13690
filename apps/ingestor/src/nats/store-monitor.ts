import { setTimeout as sleep } from 'node:timers/promises';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  BACKFILL_BUCKET,
  LEASES_BUCKET,
  LOG_STREAM,
  SESSIONS_BUCKET,
  VOICE_BUCKET,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { serverClock } from '../support/server-clock.js';

const REQUEST_TIMEOUT_MS = 2_000;
const CHECK_EVERY_MS = 5_000;
const CONFIRM_AFTER_MS = 1_000;
const BUCKETS = [SESSIONS_BUCKET, VOICE_BUCKET, LEASES_BUCKET, BACKFILL_BUCKET];
const STREAMS = [LOG_STREAM, ...BUCKETS.map((bucket) => `KV_${bucket}`)];

interface Known {
  created: string;
  lastSequence: number;
}

/**
 * Detects that NATS has lost the log or a bucket, or has an older state of it than before, because a server came back without its
 * files or with those of a backup. This process's state about them is invalid then.
 */
export class StoreMonitor {
  private readonly known = new Map<string, Known>();
  private readonly timer: NodeJS.Timeout;
  private checking: Promise<void> | undefined;
  private stopped = false;

  /**
   * @param newestSequence highest sequence that the log has acknowledged
   * @param onLost called once, with the reason
   */
  constructor(
    private readonly connection: NatsConnection,
    private readonly newestSequence: () => number,
    private readonly onLost: (reason: string) => void,
    private readonly logger: Logger,
  ) {
    this.timer = setInterval(() => this.check(), CHECK_EVERY_MS).unref();
    this.check();
  }

  /** Checks now, for example after a reconnection or an unexpected answer. */
  check(): void {
    this.checking ??= this.compare()
      .catch((error: unknown) => this.logger.debug({ err: error }, 'cannot inspect the streams'))
      .finally(() => (this.checking = undefined));
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  private async compare(): Promise<void> {
    const acknowledged = this.newestSequence();
    const manager = await jetstreamManager(this.connection, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
    for (const name of STREAMS) {
      const atLeast = name === LOG_STREAM ? acknowledged : 0;
      if (!(await this.compareStream(manager, name, atLeast))) continue;
      // A new leader may not have caught up yet.
      await sleep(CONFIRM_AFTER_MS);
      const reason = await this.compareStream(manager, name, atLeast);
      if (this.stopped) return;
      if (!reason) continue;
      this.stop();
      return this.onLost(reason);
    }
  }

  private async compareStream(
    { streams }: JetStreamManager,
    name: string,
    atLeast: number,
  ): Promise<string | undefined> {
    const known = this.known.get(name);
    try {
      const { created, state, ts } = await streams.info(name);
      serverClock.synchronize(ts);
      const before = Math.max(atLeast, known?.lastSequence ?? 0);
      if (known && known.created !== created) return `${name} was created anew`;
      if (state.last_seq < before)
        return `${name} was rolled back: it ends at ${state.last_seq}, and ended at ${before} before`;
      this.known.set(name, { created, lastSequence: state.last_seq });
      return undefined;
    } catch (error) {
      const isGone = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
      if (!isGone) throw error;
      return `${name} is gone`;
    }
  }
}
