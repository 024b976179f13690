import type { ClientBase } from 'pg';
import { RELAY_SCHEMA } from './schema.js';

/** The role that reads the rows for analysis, where an operator has created it: docs/analytics.md. */
export const ANALYST_ROLE = 'relay_analyst';

/**
 * The tables of a projection that the role reads. Others serve the services, or still have the content of messages that were
 * deleted (`changes`, `parked`).
 */
export const ANALYST_TABLES = [
  'channels',
  'gaps',
  'guilds',
  'hourly_counts',
  'members',
  'message_revisions',
  'messages',
  'poll_counts',
  'reaction_counts',
  'reactions',
  'roles',
  'scheduled_events',
  'thread_members',
  'voice_states',
] as const;

/** The tables of the schema `relay`: which projection is active, and what the support queue consists of. */
const RELAY_TABLES = ['projections', 'queue_settings'] as const;

/** Lets the role read a projection. It has no effect without the role. @throws the driver's error */
export const grantProjection = (client: Pick<ClientBase, 'query'>, schema: string): Promise<void> =>
  grant(client, schema, ANALYST_TABLES);

/** As {@link grantProjection}, for the schema `relay`. */
export const grantRelay = (client: Pick<ClientBase, 'query'>): Promise<void> =>
  grant(client, RELAY_SCHEMA, RELAY_TABLES);

async function grant(
  client: Pick<ClientBase, 'query'>,
  schema: string,
  tables: readonly string[],
): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [
    ANALYST_ROLE,
  ]);
  if (rowCount === 0) return;
  const names = tables.map((table) => `${schema}.${table}`).join(', ');
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${ANALYST_ROLE}`);
  await client.query(`GRANT SELECT ON ${names} TO ${ANALYST_ROLE}`);
}
