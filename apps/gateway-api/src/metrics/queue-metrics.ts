import type { QueueLimit, Snowflake } from '@discord-relay/contracts';
import { type Logger, MetricFactory } from '@discord-relay/platform';
import type { Counter, Registry } from 'prom-client';

const KEYS: Record<QueueLimit, string> = { threads: 'QUEUE_MAX_THREADS', messages: 'QUEUE_MAX_MESSAGES' };

/** Counts and logs what the limits of the support queue leave out. */
export class QueueMetrics {
  private readonly limitsReached: Counter<'limit'>;

  constructor(
    registry: Registry,
    private readonly logger: Logger,
  ) {
    this.limitsReached = new MetricFactory(registry, 'relay_gateway').counter(
      'queue_limits_reached_total',
      'Support queues whose older conversations are left out, by the name of the setting.',
      ['limit'],
    );
  }

  limitReached(reached: QueueLimit, guildId: Snowflake): void {
    const limit = KEYS[reached];
    this.limitsReached.inc({ limit });
    this.logger.warn({ limit, guildId }, 'older conversations of a support queue are left out');
  }
}
