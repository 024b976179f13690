import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateOf } from './process/child.js';
import { freePort } from './process/free-port.js';
import { repositoryRoot } from './process/paths.js';
import { until } from './process/until.js';

/** Starts a whole test run and a whole stack. */
const LIMIT_MS = 600_000;

const WORKERS = ['--maxWorkers=2', '--workerIdleMemoryLimit=4GB'];

interface ProcessLine {
  pid: number;
  parent: number;
  command: string;
}

const processes = (): ProcessLine[] =>
  spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .flatMap((line) => {
      const [, pid, parent, command] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command! }];
    });

function below(pid: number, all = processes()): ProcessLine[] {
  const children = all.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((child) => below(child.pid, all))];
}

const isAlive = ({ pid }: ProcessLine): boolean => !['Z', undefined].includes(stateOf(pid));

describe('a program that is killed (-9)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-killed-'));
  // Postgres may run as another user.
  chmodSync(dir, 0o755);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** Starts the run, kills it once all these programs are its children, and waits until none of its processes is left. */
  async function kill(args: string[], env: NodeJS.ProcessEnv, programs: RegExp[]): Promise<void> {
    const { pid } = spawn(process.execPath, args, {
      cwd: repositoryRoot,
      env: { ...process.env, TMPDIR: dir, DATABASE_URL: undefined, ...env },
      stdio: 'ignore',
    });
    const family = await until('all programs to run', 120_000, () => {
      const found = below(pid!);
      const isGuarded = (process: ProcessLine) =>
        /processChild/.test(process.command) ||
        found.some(({ command }) => command.includes(`watchdog ${process.pid} `));
      const isThere = (program: RegExp) =>
        found.some((process) => program.test(process.command) && isGuarded(process));
      return programs.every(isThere) ? found : undefined;
    });
    process.kill(pid!, 'SIGKILL');
    await until('the end of all of them', 60_000, () => !family.some(isAlive) || undefined).catch(
      (error: unknown) => {
        throw new Error(`left: ${family.filter(isAlive).map(({ command }) => command)}`, { cause: error });
      },
    );
  }

  it(
    'npm test that is killed with -9 leaves no server and no worker behind',
    () =>
      kill(
        // With this limit jest starts workers even for tests that are known to be fast.
        [
          'tools/test.mjs',
          ...WORKERS,
          // Files that run for long enough to be seen.
          'ingestor/src/publish/outbox.faults',
          'projector/src/leases.faults',
        ],
        {},
        [/postgres -D/, /nats-server\S* --config/, /processChild/],
      ),
    LIMIT_MS,
  );

  it(
    'npm start that is killed with -9 leaves no server and no service behind',
    async () =>
      kill(['tools/start.mjs'], { PORT: String(await freePort()), DATA_DIR: join(dir, 'data') }, [
        /postgres -D/,
        /nats-server\S* --config/,
        /apps.ingestor.dist/,
        /apps.projector.dist/,
        /apps.gateway-api.dist/,
        /apps.discord-simulator.dist/,
      ]),
    LIMIT_MS,
  );
});
