import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snowflake } from '@discord-relay/contracts';
import { freePort, openTestClient, PostgresServer, repositoryRoot, until } from '@discord-relay/local-stack';
import { migrate } from '@discord-relay/read-model';
import type pg from 'pg';
import { Receiver } from '../../apps/gateway-api/src/testing/receiver.js';
import { relayInProcess } from '../support/clients/relay-in-process.js';
import { TestSocket } from '../support/clients/test-socket.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const ROLES = readFileSync(join(repositoryRoot, 'postgres/roles.sql'), 'utf8');
const PASSWORD = 'planted-password';
const INSUFFICIENT_PRIVILEGE = '42501';
/** Not a superuser, as on most managed servers. */
const ADMIN = 'database_admin';
const USERS = ['relay_migrator', 'relay_projector', 'relay_gateway', 'ada'] as const;
type User = typeof ADMIN | (typeof USERS)[number];

const OWNERS = `
  SELECT DISTINCT n.nspname AS schema, pg_get_userbyid(c.relowner) AS owner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'relay' OR n.nspname LIKE 'projection%'
  UNION SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'relay' OR nspname LIKE 'projection%'
  ORDER BY 1`;

/** Services on a Postgres server that has exactly the roles of postgres/roles.sql. */
describe('the roles of postgres/roles.sql', () => {
  let dir: string;
  let server: PostgresServer;

  const urlAs = (user: User, database = 'relay'): string => {
    const url = new URL(server.url);
    [url.username, url.password, url.pathname] = [user, PASSWORD, `/${database}`];
    return url.href;
  };
  const queryAt = async <R extends pg.QueryResultRow>(url: string, ...statements: string[]): Promise<R[]> => {
    const client = await openTestClient(url);
    try {
      let rows: R[] = [];
      for (const statement of statements) ({ rows } = await client.query<R>(statement));
      return rows;
    } finally {
      await client.end();
    }
  };
  const asAdmin = (...statements: string[]) => queryAt(urlAs(ADMIN), ...statements);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-postgres-roles-'));
    server = await PostgresServer.start({ dir, password: PASSWORD, fsync: false });
    await queryAt(
      server.url,
      `CREATE ROLE ${ADMIN} LOGIN CREATEROLE CREATEDB PASSWORD '${PASSWORD}'`,
      `ALTER DATABASE relay OWNER TO ${ADMIN}`,
    );
    // An installation that one role has created, which the file hands over.
    await migrate(urlAs(ADMIN));
    await asAdmin(ROLES, `CREATE ROLE ada LOGIN IN ROLE relay_analyst`);
    for (const user of USERS) await asAdmin(`ALTER ROLE ${user} PASSWORD '${PASSWORD}'`);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const ownersAt = async (url: string) =>
    Object.fromEntries(
      (await queryAt<{ schema: string; owner: string }>(url, OWNERS)).map(({ schema, owner }) => [
        schema,
        owner,
      ]),
    );

  const refused = async (): Promise<string[]> =>
    (await readFile(join(dir, 'postgres.log'), 'utf8'))
      .split('\n')
      .filter((line) => /permission denied|must be owner/i.test(line));

  /** Runs `migrate` as an operator does. */
  async function runMigrate(url: string): Promise<{ code: number | null; log: string }> {
    const program = join(repositoryRoot, 'apps/projector/dist/migrate.bundle.js');
    const env = { PATH: process.env.PATH, DATABASE_URL: url, PORT: String(await freePort()) };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, log };
  }

  it('the roles share a new database, whichever of migrate and a projector comes first', async () => {
    await queryAt(urlAs(ADMIN, 'postgres'), 'CREATE DATABASE fresh');
    const at = (user: User) => urlAs(user, 'fresh');
    await queryAt(at(ADMIN), ROLES);
    // A projector that starts too early, or is of a newer release, waits for `migrate`.
    await expect(migrate(at('relay_projector'))).rejects.toMatchObject({
      code: 'DATABASE.UNUSABLE',
      message: expect.stringMatching(/schema relay .* not up to date; run `migrate`/),
    });
    expect(await runMigrate(at('relay_migrator'))).toMatchObject({ code: 0 });
    await migrate(at('relay_projector'));
    await queryAt(
      at('relay_migrator'),
      'DELETE FROM relay.migrations WHERE id = (SELECT max(id) FROM relay.migrations)',
    );
    await expect(migrate(at('relay_projector'))).rejects.toMatchObject({ code: 'DATABASE.UNUSABLE' });
    await queryAt(at(ADMIN), ROLES);
    expect(await ownersAt(at(ADMIN))).toEqual({ relay: 'relay_migrator', projection_v1: 'relay_projector' });
  }, 60_000);

  describe('with the services', () => {
    let temp: TempStack & { close(): Promise<void> };
    let receiver: Receiver;
    let guildId: string;
    let channelId: string;
    let refusedBefore: number;

    beforeAll(async () => {
      refusedBefore = (await refused()).length;
      expect(await runMigrate(urlAs('relay_migrator'))).toMatchObject({ code: 0 });
      receiver = await Receiver.start();
      temp = await openTempStack({
        progress: () => undefined,
        databaseUrl: urlAs(ADMIN),
        envOf: {
          projector: { DATABASE_URL: urlAs('relay_projector') },
          'gateway-api': { DATABASE_URL: urlAs('relay_gateway'), WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' },
        },
      });
      const guild = await temp.sim.createGuild('With least rights', [{ name: 'general' }]);
      [guildId, channelId] = [guild.id, guild.channels[0]!.id];
    }, 120_000);
    afterAll(async () => {
      await temp?.close();
      await receiver?.stop();
    });

    const run = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await relayInProcess({ DATA_DIR: temp.stack.dataDir }, args);
      expect({ args, code, stderr }).toMatchObject({ code: 0 });
      return stdout.trim();
    };

    /** A message of Discord, until a socket has received it. */
    async function seen(socket: TestSocket, text: string): Promise<void> {
      await temp.sim.say(channelId, text);
      await socket.event('message', ({ content }) => content === text);
    }

    async function joined(): Promise<TestSocket> {
      const socket = await TestSocket.open(temp.url, temp.token);
      await until('the channel is projected', 30_000, async () => {
        const answer = await socket.socket.emitWithAck('join_channel', { channelId: channelId as Snowflake });
        return answer.ok || undefined;
      });
      return socket;
    }

    it('the roles let the services do all that they do', async () => {
      const socket = await joined();
      await seen(socket, 'with least rights');
      const webhook = await run('webhooks', 'create', '--guild', guildId, '--url', receiver.url());
      const token = await run('tokens', 'create', '--name', 'bi', '--role', 'analyst');
      expect(token).not.toBe('');
      await run('queue', 'settings', guildId, '--channel', channelId);
      await run('queue', 'list', guildId);
      const exported = await run('exports', 'create', '--guild', guildId);
      await until(
        'the export',
        30_000,
        async () => (await run('exports', 'list')).includes('done') || undefined,
      );
      expect(await run('exports', 'show', exported)).toContain('done');
      await run('pause');
      await run('resume');
      await run('projections', 'rebuild', '--wait');
      await run('projections', 'compare');
      await run('projections', 'switch');
      await seen(socket, 'in the new projection');
      await run('projections', 'drop', '1');
      for (const app of ['projector', 'gateway-api'] as const) {
        await temp.stack.service(app).kill();
        temp.stack.service(app).start();
        await temp.stack.service(app).ready();
      }
      await seen(await joined(), 'after a restart');
      await until('the webhook', 30_000, () =>
        receiver.posted.some(({ body }) => JSON.stringify(body).includes('after a restart')),
      );
      await run('webhooks', 'remove', webhook.split('\n')[0]!);
      expect(await run('audit')).toContain('projection.dropped');
      expect((await refused()).slice(refusedBefore)).toEqual([]);
      expect(await ownersAt(urlAs(ADMIN))).toEqual({
        relay: 'relay_migrator',
        projection_v2: 'relay_projector',
      });
      // The projector creates the partitions of changes and the search index while it runs.
      const made = await queryAt(
        urlAs(ADMIN),
        `SELECT relname FROM pg_class WHERE relnamespace = 'projection_v2'::regnamespace
         AND (relname ~ '^changes_\\d{10}$' OR relname = 'messages_search')`,
      );
      expect(made.length).toBeGreaterThan(1);
    }, 180_000);

    it.each<[User, string, string]>([
      ['relay_gateway', 'write a message', `UPDATE projection_v2.messages SET content = 'forged'`],
      ['relay_gateway', 'write a change', 'DELETE FROM projection_v2.changes'],
      ['relay_gateway', 'switch projections', 'UPDATE relay.projections SET active = false'],
      ['relay_gateway', 'create a schema', 'CREATE SCHEMA another'],
      ['relay_gateway', 'create a table', 'CREATE TABLE relay.another (id int)'],
      ['relay_gateway', 'drop a projection', 'DROP SCHEMA projection_v2 CASCADE'],
      ['relay_projector', 'read tokens', 'SELECT FROM relay.service_tokens'],
      ['relay_projector', 'read sessions', 'SELECT FROM relay.sessions'],
      ['relay_projector', 'read secrets of webhooks', 'SELECT FROM relay.webhook_endpoints'],
      ['relay_projector', 'read addresses in the audit log', 'SELECT address FROM relay.audit'],
      ['relay_projector', 'remove records of the audit log', 'DELETE FROM relay.audit'],
      [
        'relay_projector',
        'change a table of schema relay',
        'ALTER TABLE relay.projections ADD COLUMN another int',
      ],
      ['relay_projector', 'drop schema relay', 'DROP SCHEMA relay CASCADE'],
      ['ada', 'read tokens', 'SELECT FROM relay.service_tokens'],
      ['ada', 'read secrets of webhooks', 'SELECT FROM relay.webhook_endpoints'],
      ['ada', 'read the audit log', 'SELECT FROM relay.audit'],
      ['ada', 'read changes', 'SELECT FROM projection_v2.changes'],
      ['ada', 'write a message', 'DELETE FROM projection_v2.messages'],
      ['relay_migrator', 'create a role', 'CREATE ROLE another'],
      ['relay_migrator', 'work as the gateway', 'SET ROLE relay_gateway'],
    ])('the roles do not let %s %s', async (user, _, sql) => {
      await expect(queryAt(urlAs(user), sql)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    });

    it('the roles let analysts read messages of a projection that was built later', async () => {
      const sql = 'SELECT content FROM projection_v2.messages ORDER BY id LIMIT 1';
      expect(await queryAt(urlAs('ada'), sql)).toEqual([{ content: 'with least rights' }]);
    });

    it('a second user of a role works in its name, so that a password is replaced without an interruption', async () => {
      const page = readFileSync(join(repositoryRoot, 'docs/connections.md'), 'utf8');
      const statements = /```sql\n(CREATE ROLE relay_projector_2[^`]*)```/.exec(page)![1]!.trim().split('\n');
      await asAdmin(...statements);
      const url = urlAs('relay_projector')
        .replace('relay_projector', 'relay_projector_2')
        .replace(PASSWORD, 'change%20me');
      await migrate(url);
      await queryAt(url, 'CREATE TABLE projection_v2.probe (id int)');
      expect(await ownersAt(urlAs(ADMIN))).toMatchObject({ projection_v2: 'relay_projector' });
      await queryAt(url, 'DROP TABLE projection_v2.probe');
    });
  });
});
