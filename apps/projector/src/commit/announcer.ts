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

/** How long a guild's position is repeated after its last change. */
const ACTIVE_MS = 15_000;

/** The part of a NATS connection that the announcer uses. */
export interface Publisher {
  publish(subject: string, payload: string, options?: PublishOptions): void;
}

/** Facts about the event at a sequence that its change does not hold. */
export interface ChangeOrigins {
  /** When the ingestor received it. */
  receivedAtMs: (seq: number) => number;
  /** The trace context to continue. */
  traceOf?: (seq: number) => string | undefined;
}

/**
 * Publishes committed changes to gateways over core NATS: the fast path. It does not retry a failed publication: positions let
 * gateways detect the hole, and they read the missing changes from the rows.
 */
export class Announcer {
  private readonly active = new Map<Snowflake, { seq: number; atMs: number }>();

  constructor(
    private readonly publisher: Publisher,
    private readonly metrics: ProjectorMetrics,
    private readonly logger: Logger,
  ) {}

  publishChanges(changes: readonly Change[], nowMs: number, { receivedAtMs, traceOf }: ChangeOrigins): void {
    for (const change of changes) {
      const { guildId, channelId, seq } = change;
      this.active.set(guildId, { seq, atMs: nowMs });
      this.metrics.changes.inc({ kind: change.kind });
      const timed = 'access' in change.body ? { ...change, sinceMs: receivedAtMs(seq) } : change;
      this.publish(changeSubject(guildId, channelId), timed, traceOf?.(seq));
    }
  }

  /** Publishes each position once. */
  publishPositions(positions: Iterable<GuildPosition>): void {
    for (const { guildId, seq } of positions) this.publish(positionSubject(guildId), { guildId, seq });
  }

  /** Publishes the positions of guilds that changed recently; call it every second. */
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
      this.logger.warn({ err: error, subject }, 'cannot announce a change');
    }
  }
}

function traced(traceparent: string): PublishOptions {
  const all = headers();
  all.set('traceparent', traceparent);
  return { headers: all };
}
