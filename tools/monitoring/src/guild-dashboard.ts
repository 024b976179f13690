import type { Dashboard } from './dashboard.js';

const counts = (column: string, title: string) => ({
  title,
  unit: 'short',
  kind: 'timeseries' as const,
  queries: [
    {
      text: `SELECT hour AS "time", sum(${column}) AS "${column}" FROM \${schema}.hourly_counts WHERE guild_id = \${guild} AND $__timeFilter(hour) GROUP BY hour ORDER BY hour`,
    },
  ],
});

const number = (title: string, table: string, where: string, thresholds?: [number, number]) => ({
  title,
  unit: 'short',
  kind: 'stat' as const,
  thresholds,
  queries: [
    {
      text: `SELECT count(*) AS "${title}" FROM \${schema}.${table} WHERE guild_id = \${guild} AND ${where}`,
    },
  ],
});

/** Metrics have no ids of guilds, so that their number is bounded: this dashboard reads the read models. */
export const guild: Dashboard = {
  uid: 'relay-guild',
  title: 'discord-relay: one guild',
  description: 'A guild, from the read models. Needs a data source for Postgres with a role that may read.',
  source: 'postgres',
  panels: [
    counts('messages', 'Messages per hour'),
    counts('edits', 'Edits per hour'),
    counts('reactions', 'Reactions per hour'),
    number('Channels', 'channels', 'deleted_at IS NULL'),
    number('Open gaps', 'gaps', 'closed_at IS NULL', [1, 2]),
    {
      title: 'Seconds since the last change',
      unit: 's',
      kind: 'stat',
      queries: [
        {
          text: 'SELECT extract(epoch FROM now() - max(committed_at)) AS "seconds" FROM ${schema}.changes WHERE guild_id = ${guild}',
        },
      ],
    },
    {
      title: 'Busiest channels',
      unit: 'short',
      kind: 'table',
      queries: [
        {
          text: 'SELECT coalesce(c.name, c.id::text) AS channel, sum(h.messages) AS messages FROM ${schema}.hourly_counts h JOIN ${schema}.channels c ON c.id = h.channel_id WHERE h.guild_id = ${guild} AND $__timeFilter(h.hour) GROUP BY c.id, c.name ORDER BY 2 DESC LIMIT 20',
        },
      ],
    },
    {
      title: 'Gaps',
      unit: 'none',
      kind: 'table',
      emptyBecause: 'a guild without interruptions has none',
      queries: [
        {
          text: 'SELECT opened_at, closed_at, cause, cardinality(unrecoverable) AS unrecoverable FROM ${schema}.gaps WHERE guild_id = ${guild} ORDER BY opened_at DESC LIMIT 20',
        },
      ],
    },
    {
      title: 'Webhook endpoints',
      unit: 'none',
      kind: 'table',
      emptyBecause: 'a guild may have none',
      queries: [
        {
          text: 'SELECT id, enabled, disabled_reason, attempts, failing_since FROM relay.webhook_endpoints WHERE guild_id = ${guild} ORDER BY created_at',
        },
      ],
    },
  ],
};
