import type { Logger } from '@discord-relay/platform';
import type { GuildObserver } from './guild-feed.js';
import type { LiveMetrics } from '../../metrics/live-metrics.js';

/** Metrics and log lines of guild feeds. */
export const guildObserver = (metrics: LiveMetrics, logger: Logger): GuildObserver => ({
  hole: (guildId, cause) => {
    metrics.holes.inc({ cause });
    logger.info({ guildId, cause }, 'reading changes from the database');
  },
  caughtUp: (_guildId, changes) => metrics.catchUpChanges.inc(changes),
  failed: (guildId, err) => logger.warn({ guildId, err }, 'cannot read changes; retrying'),
  uncommitted: (guildId, seq) => {
    metrics.holes.inc({ cause: 'unproven' });
    logger.warn({ guildId, seq }, 'announced change is not in the database: dropped');
  },
});
