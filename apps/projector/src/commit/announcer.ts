import {
  changeSubject,
  type Change,
  type GuildPosition,
  positionSubject,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { headers, type PublishOptions } from '@nats-io/transport-node';
import type { ProjectorMetrics } from '../metrics.js';

/** How long after its last change a guild's position is repeated. */
const ACTIVE_MS = 15_000;

/** The part of a NATS connection that is used here. */
export interface Publisher {
  publish(subject: string, payload: string, options?: PublishOptions): void;
}

/** What is known of the event at a sequence of the log, beside its change. */
export interface Origins {
  /** When the ingestor received it. */
  receivedAtMs: (seq: number) => number;
  /** The trace context that it goes on with. */
  traceOf?: (seq: number) => string | undefined;
}

/**
 * Tells gateways of committed changes over core NATS: the fast path. A publication that fails is not repeated; the
 * positions let gateways notice the hole, and the rows have what was in it.
 */
export class Announcer {
  private readonly active = new Map<Snowflake, { seq: number; atMs: number }>();

  constructor(
    private readonly publisher: Publisher,
    private readonly metrics: ProjectorMetrics,
    private readonly logger: Logger,
  ) {}

  changes(changes: readonly Change[], nowMs: number, { receivedAtMs, traceOf }: Origins): void {
    for (const change of changes) {
      const { guildId, channelId, seq } = change;
      this.active.set(guildId, { seq, atMs: nowMs });
      this.metrics.changes.inc({ kind: change.kind });
      const timed = 'access' in change.body ? { ...change, sinceMs: receivedAtMs(seq) } : change;
      this.publish(changeSubject(guildId, channelId), timed, traceOf?.(seq));
    }
  }

  /** Each position once, now. */
  positions(positions: Iterable<GuildPosition>): void {
    for (const { guildId, seq } of positions) this.publish(positionSubject(guildId), { guildId, seq });
  }

  /** The positions of guilds that changed lately; to be called each second. */
  repeatPositions(nowMs: number): void {
    for (const [guildId, { seq, atMs }] of this.active) {
      if (nowMs - atMs > ACTIVE_MS) this.active.delete(guildId);
      else this.publish(positionSubject(guildId), { guildId, seq } satisfies GuildPosition);
    }
  }

  private publish(subject: string, payload: Change | GuildPosition, traceparent?: string): void {
    try {
      this.publisher.publish(subject, JSON.stringify(payload), traceparent ? traced(traceparent) : undefined);
    } catch (error) {
      this.metrics.announceFailures.inc();
      this.logger.warn({ err: error, subject }, 'change not announced');
    }
  }
}

function traced(traceparent: string): PublishOptions {
  const all = headers();
  all.set('traceparent', traceparent);
  return { headers: all };
}
