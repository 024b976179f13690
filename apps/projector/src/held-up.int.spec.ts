import { asTestAdmin } from '@discord-relay/local-stack';
import { pino } from 'pino';
import { eventually } from './testing/eventually.js';
import { Harness } from './testing/harness.js';

interface Line {
  level: number;
  msg: string;
  code?: string;
  err?: { message: string };
}

/** More than the back-off between two attempts, so that several are made. */
const WHILE_MS = 8_000;

describe('a projector that needs an operator to start', () => {
  let harness: Harness;
  beforeEach(async () => (harness = await Harness.start()));
  afterEach(() => harness.stop());

  it('a projector that cannot start reports cause and remedy, logs them once, and starts when the cause is gone', async () => {
    const role = `late_${process.pid}`;
    const lines: Line[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
    await asTestAdmin(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'other'`);
    try {
      const url = new URL(harness.database.url);
      [url.username, url.password] = [role, 'planted-password'];
      const running = harness.project({ databaseUrl: url.href }, logger);
      const detail = () => running.health.report().checks.projection?.detail ?? '';
      await eventually('the cause', () => /DATABASE_URL: .*password is wrong/.test(detail()));
      await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
      // During an attempt on a busy machine, the detail may be that there is no answer yet.
      await eventually('the cause, after further attempts', () =>
        /DATABASE_URL: .*password is wrong/.test(detail()),
      );
      const said = lines.filter(({ msg }) => msg.startsWith('start '));
      expect(said).toMatchObject([{ level: 50, code: 'DATABASE.UNUSABLE' }]);
      expect(said[0]!.err!.message).toMatch(/^DATABASE_URL: .*correct it/);
      expect(JSON.stringify(lines)).not.toContain('planted-password');

      await asTestAdmin(`ALTER ROLE ${role} PASSWORD 'planted-password'`);
      await harness.createLog();
      await eventually('ready', () => running.health.ready(), 20_000);
      await running.stop();
    } finally {
      await asTestAdmin(`REASSIGN OWNED BY ${role} TO CURRENT_USER`, `DROP OWNED BY ${role}`);
      await harness.rows(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
      await asTestAdmin(`DROP ROLE ${role}`);
    }
  });
});
