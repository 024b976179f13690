import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './process/free-port.js';
import { Stack } from './stack.js';

describe('a stack that is stopped while it starts', () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-stop-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** Processes whose command line contains the folder of this test. */
  const left = () =>
    spawnSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line.includes(dir));

  it.each([
    ['at once', ''],
    ['when its broker is up', 'nats-server is up'],
    ['when its database is up', 'Postgres is up'],
    ['when its services start', 'starting projector'],
  ])(
    'a stack that is stopped while it starts leaves no process behind: %s',
    async (_, when) => {
      let reached: () => void = () => undefined;
      const moment = new Promise<void>((resolve) => (reached = resolve));
      const stack = new Stack({
        port: await freePort(),
        dataDir: join(dir, when.replaceAll(' ', '-') || 'first'),
        discord: { token: 'fake-token', apiUrl: 'http://127.0.0.1:9/api' },
        env: {},
        progress: (line) => void (line.startsWith(when) && reached()),
      });
      const started = stack.start().then(
        () => 'started',
        () => 'given up',
      );
      if (when !== '') await moment;
      await stack.stop();
      expect(await started).toBe('given up');
      expect(left()).toEqual([]);
    },
    60_000,
  );
});
