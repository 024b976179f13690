import {
  asTestAdmin,
  createTestDatabase,
  OldPostgres,
  openTestClient,
  type TestDatabase,
  until,
} from '@discord-relay/local-stack';
import { HealthRegistry } from '@discord-relay/platform';
import { migrate, PROJECTION_VERSION, projectionSchema } from '@discord-relay/read-model';
import { pino } from 'pino';
import { ReadModelDatabase } from './read-model.database.js';

interface Line {
  level: number;
  code?: string;
  err?: { message: string };
}

/** The time of several probes: a cause that is logged at each probe would be logged more than once. */
const PROBES_MS = 1_000;

/** The part of a gateway-api that reads Postgres, with its readiness and its log. */
class Reader {
  readonly lines: Line[] = [];
  readonly health = new HealthRegistry('gateway-api', 'test', '0');
  private readonly database: ReadModelDatabase;

  constructor(url: string) {
    const logger = pino({}, { write: (line: string) => void this.lines.push(JSON.parse(line) as Line) });
    this.database = new ReadModelDatabase({ url, poolSize: 1 }, this.health, logger);
    this.database.onModuleInit();
    this.health.started();
  }

  get detail(): string {
    return this.health.report().checks.postgres?.detail ?? '';
  }

  stop(): Promise<void> {
    return this.database.onApplicationShutdown();
  }

  async expectUnusable(cause: RegExp): Promise<void> {
    await until('the cause', 30_000, () => this.detail.startsWith('unusable: ') || undefined);
    await new Promise((resolve) => setTimeout(resolve, PROBES_MS));
    expect(this.health.ready()).toBe(false);
    expect(this.detail).toMatch(/^unusable: DATABASE_URL: /);
    expect(this.detail).toMatch(cause);
    expect(this.lines).toMatchObject([{ level: 50, code: 'DATABASE.UNUSABLE' }]);
    // The log adds the driver's error.
    expect(`unusable: ${this.lines[0]!.err!.message}`.startsWith(this.detail)).toBe(true);
    expect(JSON.stringify([this.lines, this.health.report()])).not.toContain('planted-password');
  }
}

describe('gateway-api with a database that it cannot use', () => {
  let database: TestDatabase;
  let reader: Reader | undefined;
  const role = `reader_${process.pid}`;

  const changed = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };
  const asRole = () => changed((url) => ([url.username, url.password] = [role, 'planted-password']));
  const inDatabase = async (...statements: string[]) => {
    const client = await openTestClient(database.url);
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const report = async (url: string, cause: RegExp) => {
    reader = new Reader(url);
    await reader.expectUnusable(cause);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url);
    await asTestAdmin(`CREATE ROLE ${role} LOGIN PASSWORD 'planted-password'`);
  });
  afterEach(async () => {
    await reader?.stop();
    reader = undefined;
  });
  afterAll(async () => {
    await inDatabase(`DROP OWNED BY ${role}`);
    await asTestAdmin(`DROP ROLE ${role}`);
    await database.drop();
  });

  it.each([
    [
      'a wrong password',
      (url: URL) => (url.password = 'planted-password'),
      /password is wrong.*; correct it/,
    ],
    ['a database that does not exist', (url: URL) => (url.pathname = '/no_such_base'), /create it/],
    [
      'a server without TLS',
      (url: URL) => url.searchParams.set('sslmode', 'verify-full'),
      /does not speak TLS; .*sslmode=disable/,
    ],
  ])(
    'a database that cannot be used is reported with cause and remedy in the readiness check, once: %s',
    (_, change, cause) => report(changed(change), cause),
  );

  it('a database that is not encoded in UTF-8 is reported', async () => {
    const name = `latin_reader_${process.pid}`;
    await asTestAdmin(`CREATE DATABASE ${name} ENCODING 'SQL_ASCII' TEMPLATE template0`);
    try {
      await report(
        changed((url) => (url.pathname = `/${name}`)),
        /SQL_ASCII.*ENCODING 'UTF8'/,
      );
    } finally {
      await asTestAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });

  it('a server that is too old is reported', async () => {
    const old = await OldPostgres.before(database.url);
    try {
      await report(old.url, /the server is Postgres 13; use 14 or newer/);
    } finally {
      await reader?.stop();
      reader = undefined;
      await old.close();
    }
  });

  it('a server without ICU is reported', async () => {
    const withoutIcu = await createTestDatabase();
    try {
      const client = await openTestClient(withoutIcu.url);
      await client.query('DROP COLLATION pg_catalog."und-x-icu"');
      await client.end();
      await report(withoutIcu.url, /"und-x-icu".*built with ICU/);
    } finally {
      await withoutIcu.drop();
    }
  });

  it('a right that the role lacks is reported, whichever it is, until the last one is granted', async () => {
    const schema = projectionSchema(PROJECTION_VERSION);
    await report(asRole(), /lacks a right \(DELETE on relay\.\w+ and \d+ more\).*grant USAGE/);
    const steps: [grants: string[], next: RegExp | 'ready'][] = [
      [
        [
          `GRANT USAGE ON SCHEMA relay TO ${role}`,
          `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA relay TO ${role}`,
        ],
        new RegExp(String.raw`\(SELECT on ${schema}\.\w+ and \d+ more\).*relay and ${schema}`),
      ],
      [
        [
          `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
          `GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
          `REVOKE UPDATE ON relay.sessions FROM ${role}`,
        ],
        /\(UPDATE on relay\.sessions\)/,
      ],
      [[`GRANT UPDATE ON relay.sessions TO ${role}`], 'ready'],
    ];
    for (const [grants, next] of steps) {
      await inDatabase(...grants);
      await until(String(next), 30_000, () =>
        next === 'ready' ? reader!.health.ready() || undefined : next.test(reader!.detail) || undefined,
      );
    }
    await inDatabase(`REVOKE SELECT ON ${schema}.messages FROM ${role}`);
    await until(
      'the lost right',
      30_000,
      () => reader!.detail.includes(`(SELECT on ${schema}.messages)`) || undefined,
    );
    expect(reader!.health.ready()).toBe(false);
  });
});
