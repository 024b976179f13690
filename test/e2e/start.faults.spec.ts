import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '@discord-relay/discord-simulator';
import { commandLineOf, freePort, repositoryRoot, until } from '@discord-relay/local-stack';

const dir = mkdtempSync(join(tmpdir(), 'relay-start-'));
const children: ChildProcess[] = [];

// Only a failed test leaves something running.
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function npmStart(env: Record<string, string>): Started {
  let text = '';
  const child = spawn(process.execPath, [join(repositoryRoot, 'tools/start.mjs')], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  return { child, output: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
}

/** Every process whose command line contains the folder of this test, and their children. */
const leftovers = () =>
  spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(dir));

async function ready(started: Started): Promise<void> {
  await until('ready', 60_000, () => {
    if (/ready {2}http:\/\/localhost:\d+/.test(started.output())) return true;
    if (started.child.exitCode === null) throw new Error(started.output());
    return undefined;
  });
}

const relay = (...args: string[]) =>
  spawnSync(process.execPath, [join(repositoryRoot, 'tools/relay.mjs'), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dir },
    encoding: 'utf8',
  });

/** Reads endpoints of the service as an analyst. */
function analyst(port: number): (path: string) => Promise<never> {
  const token = relay('token', 'create', '--role', 'analyst').stdout.trim();
  return async (path) =>
    (await (
      await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).json()) as never;
}

/** Resolves when the support queue of a guild is set up and has a conversation. */
async function supportQueue(port: number): Promise<void> {
  const get = analyst(port);
  const [guild] = (await get('guilds')) as { id: string }[];
  await until('a support queue', 60_000, async () => {
    const path = `guilds/${guild!.id}/queue?state=waiting,answered,solved`;
    const { configured, entries } = (await get(path)) as { configured: boolean; entries: unknown[] };
    return (configured && entries.length > 0) || undefined;
  });
}

async function checkpoints(port: number): Promise<number> {
  const get = analyst(port);
  const guilds = (await get('guilds')) as { id: string }[];
  let highest = 0;
  for (const { id } of guilds) {
    for (const channel of (await get(`guilds/${id}/channels`)) as { id: string; type: number }[]) {
      const page = (await get(`channels/${channel.id}/messages?limit=1`)) as { seq: number };
      highest = Math.max(highest, page.seq);
    }
  }
  return highest;
}

describe('npm start', () => {
  it('npm start starts, stops in order without leaving a process, and continues where it was', async () => {
    const port = await freePort();
    const first = npmStart({ PORT: String(port) });
    await ready(first);
    const seq = await until(
      'something was said',
      30_000,
      async () => (await checkpoints(port)) || undefined,
      250,
    );

    await supportQueue(port);

    const status = relay('status');
    expect(status.stdout).toMatch(/ingestor +ready[^]*projector +ready[^]*gateway-api +ready/);
    expect(status.status).toBe(0);
    const token = relay('token', 'create', '--role', 'admin', '--ttl', '5m');
    expect(token.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(relay('status').stderr).toMatch(/^NATS_URL: /);

    const second = npmStart({ PORT: String(port) });
    await ready(second);
    expect(await checkpoints(port)).toBeGreaterThanOrEqual(seq);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(leftovers()).toEqual([]);
  }, 180_000);

  it('npm start leaves no service behind when it is killed itself, and the next start removes the servers', async () => {
    const first = npmStart({ PORT: String(await freePort()) });
    await ready(first);
    const services = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .stdout.split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, ppid]) => Number(ppid) === first.child.pid)
      .map(([pid]) => Number(pid));
    expect(services.length).toBeGreaterThanOrEqual(6);
    const own = services.filter((pid) => commandLineOf(pid)?.includes('dist/bundle.js'));
    expect(own).toHaveLength(4);
    first.child.kill('SIGKILL');
    await first.ended;
    await until('services gone', 30_000, () => (own.every((pid) => !commandLineOf(pid)) ? true : undefined));

    const second = npmStart({ PORT: String(await freePort()) });
    await ready(second);
    expect(services.filter((pid) => commandLineOf(pid))).toEqual([]);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(leftovers()).toEqual([]);
  }, 180_000);

  it('the programs stop when npm gets a signal, although npm forwards it only to its shell', async () => {
    const npm = spawn('npm', ['start'], {
      cwd: repositoryRoot,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dir, PORT: String(await freePort()) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(npm);
    await until('ready', 60_000, async () => (leftovers().length >= 2 ? true : undefined), 100);
    npm.kill('SIGTERM');
    await until('everything stopped', 30_000, () => (leftovers().length === 0 ? true : undefined), 100);
  }, 120_000);

  it.each([
    [{ NODE_ENV: 'production' }, /^DISCORD_TOKEN: missing; set it/m],
    [{ PORT: 'eighty' }, /^PORT: must be a whole number/m],
    [{ NATS_URL: 'http://127.0.0.1:1' }, /^NATS_URL: must be .*nats:/m],
    [{ NATS_URL: 'nats://127.0.0.1:1,nats://127.0.0.1:2' }, /^NATS_URL: no NATS server answers there/m],
    [
      { DATABASE_URL: 'postgresql://nobody:fake@127.0.0.1:1/none' },
      /^DATABASE_URL: Postgres cannot be used/m,
    ],
    [{ DISCORD_API_URL: 'discord' }, /^DISCORD_API_URL: must be a URL/m],
  ])('npm start rejects %j with one line that names the key and the remedy', async (env, line) => {
    const started = npmStart({ PORT: String(await freePort()), ...env });
    expect(await started.ended).toBe(78);
    expect(started.output()).toMatch(line);
    expect(leftovers()).toEqual([]);
  });

  it('npm start refuses a port in use', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const started = npmStart({ PORT: String(port) });
    expect(await started.ended).toBe(78);
    expect(started.output()).toMatch(new RegExp(`^PORT: ${port} is in use; choose another`, 'm'));
    server.close();
  });

  it('npm start refuses a second start on a folder, and the first one continues', async () => {
    const first = npmStart({ PORT: String(await freePort()) });
    const refuseSecond = async () => {
      const second = npmStart({ PORT: String(await freePort()) });
      expect(await second.ended).toBe(78);
      expect(second.output()).toMatch(
        new RegExp(`^DATA_DIR: .* is in use by process ${first.child.pid}; stop it`, 'm'),
      );
    };
    await until('begun', 60_000, () => existsSync(join(dir, 'stack.lock')) || undefined);
    // Even while the first one is still starting.
    await refuseSecond();
    await ready(first);
    await refuseSecond();
    expect(relay('status').status).toBe(0);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(leftovers()).toEqual([]);
  }, 180_000);

  describe('with an unusable folder', () => {
    const folder = (name: string) => join(dir, 'unusable', name);
    const refused = async (dataDir: string, line: RegExp) => {
      const started = npmStart({ PORT: String(await freePort()), DATA_DIR: dataDir });
      expect(await started.ended).toBe(78);
      expect(started.output()).toMatch(line);
      expect(started.output()).not.toMatch(/^ +at /m);
      expect(leftovers()).toEqual([]);
    };
    beforeAll(() => {
      mkdirSync(folder('logs-is-a-file'), { recursive: true });
      for (const name of ['file', 'logs-is-a-file/logs']) writeFileSync(folder(name), '');
      mkdirSync(folder('lost/postgres/cluster'), { recursive: true });
      writeFileSync(folder('lost/postgres/cluster/PG_VERSION'), '18');
      for (const [name, text] of [
        ['truncated', '{"jwtSecret":"abc'],
        ['empty', ''],
        ['other', '[]'],
      ] as const) {
        mkdirSync(folder(name));
        writeFileSync(join(folder(name), 'secrets.json'), text);
      }
    });

    it.each<[string, RegExp]>([
      ['file', /^DATA_DIR: .*file is a file; set DATA_DIR/m],
      ['file/below', /^DATA_DIR: .*is, or is below, a file; set DATA_DIR/m],
      ['logs-is-a-file', /^DATA_DIR: .*logs is a file; set DATA_DIR/m],
      ['truncated', /^DATA_DIR: .*secrets.json is damaged; restore the file/m],
      ['empty', /^DATA_DIR: .*secrets.json is damaged; restore the file/m],
      ['other', /^DATA_DIR: .*secrets.json is damaged; restore the file/m],
      ['lost', /^DATA_DIR: .*secrets.json has no password for the database in this folder; restore/m],
    ])('npm start with an unusable folder says so and leaves nothing running: %s', (name, line) =>
      refused(folder(name), line),
    );
  });

  describe('without Discord', () => {
    let sim: Simulator;
    beforeAll(async () => (sim = await startSimulator()));
    afterAll(() => sim.close());

    const start = async (env: Record<string, string>, post: object | null = null, path = '') => {
      if (post) {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
        const answer = await fetch(`${sim.url}/_sim/faults/${path}`, { ...init, body: JSON.stringify(post) });
        expect(answer.ok).toBe(true);
      }
      return npmStart({
        PORT: String(await freePort()),
        DISCORD_TOKEN: 'a-token-of-a-bot',
        DISCORD_API_URL: `${sim.url}/api`,
        ...env,
      });
    };
    afterEach(() => fetch(`${sim.url}/_sim/faults`, { method: 'DELETE' }));

    it('npm start ends with one line that names DISCORD_TOKEN when the token is refused', async () => {
      const unauthorized = { path: '/**', status: 401, body: { message: '401: Unauthorized', code: 0 } };
      const started = await start({}, unauthorized, 'answers');
      expect(await started.ended).toBe(78);
      expect(started.output()).toMatch(/^.*DISCORD_TOKEN.*$/m);
      expect(started.output()).not.toMatch(/^ +at |a-token-of-a-bot/m);
      expect(leftovers()).toEqual([]);
    }, 120_000);

    it('npm start ends with one line that names the intents when one is not granted', async () => {
      const started = await start({}, { op: 'IDENTIFY', code: 4014 }, 'ops');
      expect(await started.ended).toBe(78);
      expect(started.output()).toMatch(/^.*developer portal.*DISCORD_INTENTS.*$/m);
      expect(started.output()).not.toMatch(/^ +at /m);
      expect(leftovers()).toEqual([]);
    }, 120_000);

    it('npm start without Discord starts with recorded data, and says what is missing and when it is available', async () => {
      const port = await freePort();
      const started = await start({ DISCORD_API_URL: `http://127.0.0.1:${port}/api` });
      await ready(started);
      expect(started.output()).toMatch(/Discord is not connected: .*DISCORD_API_URL.*; the ingestor keeps/);
      expect(started.output()).toMatch(/ready .*showing what was recorded before/);
      expect(started.output()).not.toMatch(/^ +at /m);
      expect(relay('token', 'create', '--role', 'analyst').status).toBe(0);
      const late = await startSimulator({ port });
      await until('connected', 60_000, () => /Discord is connected/.test(started.output()) || undefined);
      started.child.kill('SIGTERM');
      expect(await started.ended).toBe(0);
      await late.close();
      expect(leftovers()).toEqual([]);
    }, 180_000);
  });
});
