import type { ClientBase } from 'pg';
import { RELAY_SCHEMA } from './schema.js';
import { AUDIT, PROJECTION_TABLES, PROJECTIONS, RELAY_TABLES } from './tables/index.js';

// Roles of Postgres that the relay knows by name. postgres/roles.sql creates them: docs/connections.md.

/** Owns the projections and everything in them. */
export const PROJECTOR_ROLE = 'relay_projector';
/** Reads the projections; reads and writes schema `relay`. */
export const GATEWAY_ROLE = 'relay_gateway';
/** Reads the rows for analysis: docs/analytics.md. */
export const ANALYST_ROLE = 'relay_analyst';

/**
 * The tables of a projection that the role of analysts reads. Others serve the services, or still have the content of messages
 * that were deleted (`changes`, `parked`).
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

interface Grant {
  role: string;
  rights: string;
  tables: readonly string[];
}

const names = (tables: readonly { name: string }[]): string[] => tables.map(({ name }) => name);

const OF_PROJECTIONS: readonly Grant[] = [
  { role: GATEWAY_ROLE, rights: 'SELECT', tables: names(PROJECTION_TABLES) },
  { role: ANALYST_ROLE, rights: 'SELECT', tables: ANALYST_TABLES },
];

const OF_RELAY: readonly Grant[] = [
  { role: PROJECTOR_ROLE, rights: 'SELECT', tables: ['migrations'] },
  { role: PROJECTOR_ROLE, rights: 'SELECT, INSERT, UPDATE, DELETE', tables: [PROJECTIONS.name] },
  // It records the commands of operators, each once, and sees no addresses.
  { role: PROJECTOR_ROLE, rights: 'INSERT, SELECT (request_id, action, code)', tables: [AUDIT.name] },
  { role: GATEWAY_ROLE, rights: 'SELECT', tables: [PROJECTIONS.name] },
  {
    role: GATEWAY_ROLE,
    rights: 'SELECT, INSERT, UPDATE, DELETE',
    tables: names(RELAY_TABLES.filter((table) => table !== PROJECTIONS)),
  },
  // Which projection is active, and what the support queue consists of.
  { role: ANALYST_ROLE, rights: 'SELECT', tables: [PROJECTIONS.name, 'queue_settings'] },
];

type Client = Pick<ClientBase, 'query'>;

/** Gives every known role that exists its rights to a projection. Only its owner can. @throws the driver's error */
export const grantProjection = (client: Client, schema: string): Promise<void> =>
  grant(client, schema, OF_PROJECTIONS);

/** As {@link grantProjection}, for schema `relay`. */
export const grantRelay = (client: Client): Promise<void> => grant(client, RELAY_SCHEMA, OF_RELAY);

async function grant(client: Client, schema: string, grants: readonly Grant[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolname = ANY ($1::text[])',
    [grants.map(({ role }) => role)],
  );
  const existing = new Set(names(rows));
  for (const { role, rights, tables } of grants.filter((each) => existing.has(each.role))) {
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await client.query(
      `GRANT ${rights} ON ${tables.map((table) => `${schema}.${table}`).join(', ')} TO ${role}`,
    );
  }
}

/**
 * The role in whose name projections are created: null is the role of the connection. Roles belong to a whole server of Postgres,
 * so the right to create schemas tells whether postgres/roles.sql was run in this database.
 * @throws the driver's error
 */
export async function projectionOwner(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ owner: string }>(
    `SELECT rolname AS owner FROM pg_catalog.pg_roles
     WHERE rolname = $1 AND rolname <> current_user AND pg_has_role(oid, 'MEMBER')
       AND has_database_privilege(oid, current_database(), 'CREATE')`,
    [PROJECTOR_ROLE],
  );
  return rows[0]?.owner ?? null;
}

/** Whether schema `relay` exists and belongs to a role whose rights this connection lacks. @throws the driver's error */
export async function relayIsForeign(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ foreign: boolean }>(
    `SELECT NOT pg_has_role(nspowner, 'USAGE') AS "foreign" FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [RELAY_SCHEMA],
  );
  return rows[0]?.foreign ?? false;
}
