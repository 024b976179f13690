import type { Dashboard, Panel, Thresholds } from './dashboard.js';

const counts = (column: string, title: string): Panel => ({
  title,
  unit: 'short',
  thresholds: 'any',
  queries: [
    {
      text: `SELECT hour AS "time", sum(${column}) AS "${column}" FROM \${schema}.hourly_counts WHERE guild_id = \${guild} AND $__timeFilter(hour) GROUP BY hour ORDER BY hour`,
    },
  ],
});

const number = (title: string, table: string, where: string, thresholds: Thresholds): Panel => ({
  title,
  unit: 'short',
  kind: 'stat',
  thresholds,
  queries: [
    {
      text: `SELECT count(*) AS "${title}" FROM \${schema}.${table} WHERE guild_id = \${guild} AND ${where}`,
    },
  ],
});

/**
 * Metrics have no ids of guilds, so that their number is bounded: this dashboard reads the read models, with the rights of
 * `relay_analyst`, who sees neither changes nor webhooks.
 */
export const guild: Dashboard = {
  uid: 'relay-guild',
  title: 'discord-relay: one guild',
  description:
    'A guild, from the read models. Needs a data source for Postgres, with a member of relay_analyst.',
  source: 'postgres',
  panels: [
    counts('messages', 'Messages per hour'),
    counts('edits', 'Edits per hour'),
    counts('reactions', 'Reactions per hour'),
    number('Channels', 'channels', 'deleted_at IS NULL', 'any'),
    number('Open gaps', 'gaps', 'closed_at IS NULL', { above: [1, 2] }),
    {
      title: 'Time since the last message',
      unit: 's',
      kind: 'stat',
      thresholds: 'any',
      queries: [
        {
          // By the index of each channel: messages have no index by guild.
          text: 'SELECT extract(epoch FROM now() - max(m.created_at)) AS "seconds" FROM ${schema}.channels c CROSS JOIN LATERAL (SELECT created_at FROM ${schema}.messages WHERE channel_id = c.id AND deleted_at IS NULL ORDER BY id DESC LIMIT 1) m WHERE c.guild_id = ${guild}',
        },
      ],
    },
    {
      title: 'Busiest channels',
      unit: 'short',
      thresholds: 'any',
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
      thresholds: 'any',
      kind: 'table',
      emptyBecause: 'a guild without interruptions has none',
      queries: [
        {
          text: 'SELECT opened_at, closed_at, cause, cardinality(unrecoverable) AS unrecoverable FROM ${schema}.gaps WHERE guild_id = ${guild} ORDER BY opened_at DESC LIMIT 20',
        },
      ],
    },
    counts('deletions', 'Deletions per hour'),
  ],
};
