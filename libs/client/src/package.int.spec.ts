import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const resolve = createRequire(import.meta.url).resolve;
const CLIENT = join(import.meta.dirname, '..');
const MOST_BYTES = 15_000;
const PACKING_MS = 120_000;

const CONSUMER = `
import { connect, type RelayClient, RelayError, type Snowflake, type WireChannel } from '@discord-relay/client';

export async function follow(url: string): Promise<RelayClient> {
  const relay = connect({ url, getToken: async () => 'token' });
  relay.on('state', (state, error, retryInMs = 0) => {
    const known: 'connecting' | 'connected' | 'reconnecting' | 'refused' | 'closed' = state;
    if (error instanceof RelayError && error.retryable) report(known + error.code + retryInMs.toFixed());
    // @ts-expect-error there is no such state
    if (state === 'gone') return;
  });
  const channel = relay.channel('1001');
  channel.on('message', ({ id, content, seq, prev }) => report(id + content.trim() + (seq - prev).toFixed()));
  channel.on('reaction', (event) => event.action === 'clear' || report(event.userId));
  channel.on('gap', ({ cause }) => report(cause));
  // @ts-expect-error ids are strings, numbers are too short for them
  channel.on('delete', ({ id }) => id.toFixed());
  // @ts-expect-error there is no such event
  channel.on('nothing', () => undefined);
  // @ts-expect-error what belongs to the inside is not offered
  channel.resume();
  await channel.join(12);
  for await (const page of channel.history({ before: '5' })) for (const { editedTimestamp } of page) report(editedTimestamp ?? '');
  const rooms = relay.rooms('100');
  rooms.on('joined', ({ userId, channelId }) => reportId(userId) ?? reportId(channelId));
  rooms.on('snapshot', ({ rooms: all }) => all.forEach(({ members }) => members.length.toFixed()));
  const channels: WireChannel[] = await relay.channels();
  reportId(channels[0]!.serverId);
  return relay;
}
const report = (text: string): void => void text;
const reportId = (id: Snowflake): void => void id;
`;

/** Functions that the readme's examples call without defining them. */
const READERS = `
declare function fetchToken(): Promise<string>;
declare function replaceAll(items: readonly { id: string }[]): void;
declare function replace(entry: { id: string; state: string }): void;
declare const guildId: string;
declare function append(message: { id: string; author: { username: string } }): void;
declare function change(patch: { id: string; content?: string }): void;
declare function remove(id: string): void;
declare function show(page: readonly { id: string }[]): void;
declare const messageId: string;
`;

/** Everything is checked, including the declarations of the package. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
  },
  files: ['consumer.ts', 'readme.ts'],
};

let folder: string;
let files: string[];
const installed = () => join(folder, 'node_modules/@discord-relay/client');

/** Packs the client and installs it in a folder without this repository's packages, except its one dependency. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'relay-client-')));
  const { stdout } = await run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], {
    cwd: CLIENT,
  });
  const [{ filename, files: packed }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  files = packed.map(({ path }: { path: string }) => path);
  await mkdir(installed(), { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', installed()]);
  const dependency = dirname(resolve('socket.io-client/package.json'));
  await symlink(dependency, join(folder, 'node_modules/socket.io-client'), 'dir');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
}, PACKING_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the published package', () => {
  it('the published package contains the compiled client, its types, the examples and the licence, and nothing else', () => {
    const foreign = files.filter(
      (path) =>
        !/^(package\.json|README\.md|LICENSE)$/.test(path) &&
        !/^dist\/(([a-z-]+\/)?[a-z-]+\.(js|js\.map|d\.ts)|contracts\/[a-z-]+(\/[a-z-]+)?\.d\.ts)$/.test(
          path,
        ) &&
        !/^examples\/(page\/)?[a-z]+\.(mjs|js|html)$/.test(path),
    );
    expect(foreign).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'LICENSE',
        'dist/index.js',
        'dist/index.d.ts',
        'examples/tail.mjs',
      ]),
    );
  });

  it('the published package needs socket.io-client and none of our packages', async () => {
    const { dependencies } = JSON.parse(await readFile(join(installed(), 'package.json'), 'utf8'));
    expect(Object.keys(dependencies)).toEqual(['socket.io-client']);
    for (const path of files.filter((each) => /^dist\/.*\.(js|d\.ts)$/.test(each)))
      expect(await readFile(join(installed(), path), 'utf8')).not.toMatch(/['"]@discord-relay\//);
  });

  it(
    'the published package type-checks in another project, with all its types known, and so does its readme',
    async () => {
      await writeFile(join(folder, 'consumer.ts'), CONSUMER);
      const readme = await readFile(join(installed(), 'README.md'), 'utf8');
      const snippets = [...readme.matchAll(/```[jt]s\n(.*?)```/gs)].map(([, code]) => code);
      expect(snippets).toHaveLength(3);
      await writeFile(join(folder, 'readme.ts'), [...snippets, READERS].join('\n'));
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
      const tsc = run(process.execPath, [resolve('typescript/bin/tsc')], { cwd: folder });
      // The compiler reports errors on stdout.
      expect(await tsc.catch(({ stdout }) => ({ stdout }))).toMatchObject({ stdout: '' });
    },
    PACKING_MS,
  );

  it('the published package runs in Node.js', async () => {
    const program = `
      import { connect } from '@discord-relay/client';
      const relay = connect({ url: 'http://127.0.0.1:1', token: '' });
      relay.on('state', (state) => {
        console.log(state);
        if (state === 'reconnecting') relay.close();
      });`;
    await writeFile(join(folder, 'program.mjs'), program);
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual(['reconnecting', 'closed']);
  });

  it('the published package adds less than 15 kB to a page', async () => {
    const { stdout } = await run(process.execPath, ['size.mjs'], { cwd: CLIENT });
    process.stderr.write(`client: ${stdout.trim()} bytes minified and gzipped, without socket.io-client\n`);
    expect(Number(stdout)).toBeGreaterThan(1_000);
    expect(Number(stdout)).toBeLessThan(MOST_BYTES);
  });
});
