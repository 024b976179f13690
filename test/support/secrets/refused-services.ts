import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTestDatabase,
  openTestClient,
  startNatsServer,
  type ServiceProcess,
} from '@discord-relay/local-stack';
import { planted } from './planted.js';
import { JWT_SECRET, type SecretsWorld, withLogin } from './secrets-world.js';
import { SimClient } from '../discord/sim-client.js';

export interface Refused {
  app: 'ingestor' | 'projector' | 'gateway-api';
  name: string;
  env: Record<string, string>;
  /** The reason that its log is expected to give. */
  reason: RegExp;
}

/** ASCII of "relay": the advisory lock of migrations. */
const MIGRATION_LOCK = 0x72_65_6c_61_79;
/** Number of services that start at a time. */
const AT_A_TIME = 3;

export type Closing = (() => Promise<unknown>)[];
type NatsUrlOf = (user: string) => string;

/** A NATS server with an account that requires limits, of user a, and two others. */
export async function startAccounts(closing: Closing): Promise<NatsUrlOf> {
  const password = planted('nats');
  const account = (name: string, user: string, limits: string) =>
    `${name} { jetstream { ${limits} max_file: 200MB }, users [ { user: ${user}, password: "${password}" } ] }`;
  const accounts = [
    account('A', 'a', 'max_bytes_required: true,'),
    account('B', 'b', ''),
    account('C', 'c', ''),
  ];
  const server = await startNatsServer({ config: `accounts { ${accounts.join(', ')} }\n` });
  closing.unshift(() => server.stop());
  return (user) => withLogin(server.url, user, password);
}

/** Starts services that are refused by Discord, NATS, Postgres or their spool, and keeps their output. */
export async function startRefusedServices(world: SecretsWorld): Promise<void> {
  const closing: Closing = [];
  try {
    const runs = [
      await lockedOut(world, closing),
      ...refusedByConfiguration(world),
      ...refusedLogins(world),
      ...refusedSpools(world),
      ...(await refusedByDiscord(world, await startAccounts(closing))),
    ];
    const next = async (): Promise<void> => {
      for (let run = runs.shift(); run; run = runs.shift()) await startRefused(world, run);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, next));
  } finally {
    for (const close of closing) await close();
  }
}

/** Starts a service, waits until its log gives the reason, and keeps its output. */
export async function startRefused(world: SecretsWorld, { app, name, env, reason }: Refused): Promise<void> {
  const service: ServiceProcess = await world.startService(app, name, env);
  await world.untilLogged(service, reason);
  await world.recordReports(service);
  await service.stop();
}

const ingestorEnv = (world: SecretsWorld): Record<string, string> => ({ ...world.common, ...world.discord });

function plantedFile(world: SecretsWorld, name: string): string {
  const path = join(world.dir, name);
  writeFileSync(
    path,
    `-----BEGIN ${planted(name)}-----\n${planted(name)}\n------END ${planted(name)}------\n`,
  );
  return path;
}

function refusedByConfiguration(world: SecretsWorld): Refused[] {
  const files = ['CREDENTIALS', 'NKEY_SEED', 'TLS_CA', 'TLS_CERT', 'TLS_KEY'];
  return [
    {
      app: 'gateway-api',
      name: 'bad-jwks',
      env: { ...world.common, JWT_JWKS_URL: `http://u:${planted('jwks')}@127.0.0.1:1/keys` },
      reason: /JWT_JWKS_URL: must not have/,
    },
    {
      app: 'ingestor',
      name: 'spool-is-a-file',
      env: { ...ingestorEnv(world), SPOOL_DIR: plantedFile(world, 'a-file') },
      reason: /SPOOL_DIR: must be the path of a folder/,
    },
    ...files.map((name): Refused => {
      const file = { [`NATS_${name}_FILE`]: plantedFile(world, name) };
      const env = { ...world.common, NATS_URL: world.nats.url, ...file };
      return { app: 'projector', name: `bad-${name}`, env, reason: /NATS_/ };
    }),
  ];
}

function refusedLogins(world: SecretsWorld): Refused[] {
  const { common } = world;
  const database = { DATABASE_URL: withLogin(world.databaseUrl, world.role, planted('wrong-postgres')) };
  const nats = { NATS_URL: withLogin(world.nats.url, 'relay', planted('wrong-nats')) };
  const token = { NATS_URL: world.nats.url.replace('//', `//${planted('t')}@`) };
  const unusable = /DATABASE\.UNUSABLE/;
  return [
    { app: 'projector', name: 'bad-postgres', env: { ...common, ...database }, reason: unusable },
    {
      app: 'gateway-api',
      name: 'bad-postgres-2',
      env: { ...common, ...database, JWT_SECRET },
      reason: unusable,
    },
    { app: 'projector', name: 'bad-nats', env: { ...common, ...nats }, reason: /NATS_URL: / },
    { app: 'projector', name: 'nats-token', env: { ...common, ...token }, reason: /NATS_URL: / },
  ];
}

function refusedSpools(world: SecretsWorld): Refused[] {
  const damaged = join(world.dir, 'damaged');
  mkdirSync(damaged);
  writeFileSync(join(damaged, '0.damaged'), planted('spooled'));
  const spool = (name: string, dir: string, reason: RegExp): Refused => ({
    app: 'ingestor',
    name,
    env: { ...ingestorEnv(world), SPOOL_DIR: dir },
    reason,
  });
  return [
    spool('bad-spool', join(world.dir, 'x'.repeat(200)), /LOG\.SPOOL_UNUSABLE/),
    spool('spool-in-use', join(world.dir, 'spool'), /LOG\.SPOOL_IN_USE/),
    spool('spool-damaged', damaged, /LOG\.SPOOL_DAMAGED/),
  ];
}

async function refusedByDiscord(world: SecretsWorld, natsUrlOf: NatsUrlOf): Promise<Refused[]> {
  const strict = await world.startSimulator('no-intents', { SIM_DISALLOWED_INTENTS: '32768' });
  const sharded = await world.startSimulator('bad-shards');
  await Promise.all([strict.ready(), sharded.ready()]);
  await new SimClient(sharded.url).closeOn({ op: 'IDENTIFY', code: 4010, times: null });
  const refused = (name: string, changed: Record<string, string>, reason: RegExp): Refused => ({
    app: 'ingestor',
    name,
    env: { ...ingestorEnv(world), ...changed },
    reason,
  });
  const apiUrl = (url: string) => ({ DISCORD_API_URL: url });
  // The leases of the shards are in NATS, so each of these has a separate account.
  const apart = (url: string, user: string) => ({ ...apiUrl(`${url}/api`), NATS_URL: natsUrlOf(user) });
  return [
    refused('bad-token', { DISCORD_TOKEN: planted('wrong') }, /DISCORD\.TOKEN_REFUSED/),
    refused('bad-api', apiUrl(`http://u:${planted('api')}@127.0.0.1:1/api`), /DISCORD_API_URL/),
    refused('no-discord', apiUrl('http://127.0.0.1:1/api'), /DISCORD\.UNREACHABLE/),
    refused('no-intents', apart(strict.url, 'b'), /DISCORD\.INTENTS_REFUSED/),
    refused('bad-shards', apart(sharded.url, 'c'), /DISCORD\.SHARDS_REFUSED/),
    refused('limited', { NATS_URL: natsUrlOf('a') }, /LOG\.LIMIT_REFUSED/),
    refused('other-partitions', { PARTITIONS: '4' }, /LOG\.PARTITIONS_MISMATCH/),
  ];
}

/** Migrations wait for the lock of somebody else. */
async function lockedOut(world: SecretsWorld, closing: Closing): Promise<Refused> {
  const locked = await createTestDatabase();
  closing.unshift(() => locked.drop());
  const holder = await openTestClient(locked.url, { application_name: 'somebody else' });
  await holder.query('SELECT pg_advisory_lock($1::bigint)', [MIGRATION_LOCK]);
  closing.unshift(() => holder.end());
  const { username, password } = new URL(world.databaseUrl);
  return {
    app: 'projector',
    name: 'locked',
    env: { ...world.common, DATABASE_URL: withLogin(locked.url, username, password) },
    reason: /DATABASE\.LOCKED/,
  };
}
