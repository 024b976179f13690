import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentKey,
  firstSnowflakeAt,
  keptFileKey,
  type RestMessagePage,
  type Snowflake,
} from '@discord-relay/contracts';
import { repositoryRoot, S3Server, until } from '@discord-relay/local-stack';
import { relayWith } from '../support/clients/relay-cli.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const WAIT_MS = 120_000;
const COUNT = 6_000;
const PICTURE = randomBytes(100_000);
const FIRST_MS = Date.parse('2024-03-01T00:00:00Z');
const idOf = (n: number): Snowflake => firstSnowflakeAt(FIRST_MS + n * 1_000);
/** A channel that Discord does not have any more. */
const OLD_CHANNEL = '900000000000000077';

/** From a file of DiscordChatExporter to readers and back to a file, with a real log and real read models. */
describe('relay import', () => {
  let temp: TempStack & { close(): Promise<void> };
  let dir: string;
  let guildId: string;
  let channelId: string;
  let storage: S3Server;

  beforeAll(async () => {
    storage = await S3Server.start();
    dir = await mkdtemp(join(tmpdir(), 'relay-import-'));
    temp = await openTempStack({
      progress: () => undefined,
      envOf: { 'gateway-api': { ...storage.env, MEDIA_SWEEP_INTERVAL_S: '1' } },
    });
    const guild = await temp.sim.createGuild('Example', [{ name: 'general' }]);
    [guildId, channelId] = [guild.id, guild.channels[0]!.id];
  }, 120_000);
  afterAll(async () => {
    await temp?.close();
    await storage?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const env = () => ({
    RELAY_URL: temp.url,
    RELAY_TOKEN: temp.token,
    NATS_URL: temp.stack.natsUrl,
    ...storage.env,
  });

  async function page(query: string): Promise<RestMessagePage | undefined> {
    const url = `${temp.url}/api/v1/channels/${OLD_CHANNEL}/messages?${query}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${temp.token}` } });
    return response.ok ? ((await response.json()) as RestMessagePage) : undefined;
  }

  /** Kills the command as soon as its state shows that the log has some messages. */
  async function killAtFirstState(path: string, state: string): Promise<void> {
    const args = [
      join(repositoryRoot, 'tools/relay.mjs'),
      'import',
      path,
      '--state',
      state,
      '--rate',
      '1500',
    ];
    const child: ChildProcess = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env() },
      stdio: 'ignore',
    });
    const closed = once(child, 'close');
    // On a machine that stalls, the command may be done before anybody looks: then there is nothing left to continue.
    const isDone = () => existsSync(state) || child.exitCode !== null || undefined;
    await until('the state of the import is saved, or the import has ended', WAIT_MS, isDone);
    child.kill('SIGKILL');
    await closed;
  }

  const author = { id: '900000000000000010', name: 'ada', nickname: 'Ada', isBot: false, avatarUrl: '' };
  const text = (): string => {
    const channel = { id: OLD_CHANNEL, type: 'GuildTextChat', categoryId: null, name: 'old', topic: 'was' };
    const messages = Array.from({ length: COUNT }, (_, n) => ({
      id: idOf(n),
      timestamp: new Date(FIRST_MS + n * 1_000).toISOString(),
      content: `imported ${n}`,
      attachments: n === 0 ? [{ id: '77', url: 'export.json_Files/cat-1.png', fileName: 'cat.png' }] : [],
      author,
      reactions:
        n === 0 ? [{ emoji: { id: '', name: '\u{1f44d}' }, count: 1, users: [{ id: author.id }] }] : [],
    }));
    return JSON.stringify({
      guild: { id: guildId, name: 'Example' },
      channel,
      messages,
      messageCount: COUNT,
    });
  };

  it('a file that is imported, killed and continued is read, searched and exported like everything else', async () => {
    const [path, state] = [join(dir, 'export.json'), join(dir, 'state.json')];
    await writeFile(path, text());
    await mkdir(`${path}_Files`);
    await writeFile(`${path}_Files/cat-1.png`, PICTURE);
    await killAtFirstState(path, state);
    const { code, stdout } = await relayWith(env(), ['import', path, '--media', '--state', state]);
    expect({ code, stdout }).toMatchObject({ code: 0 });

    const newest = await until('the last message is shown', WAIT_MS, async () => {
      const found = await page('limit=50');
      return found?.messages.some(({ id }) => id === idOf(COUNT - 1)) ? found : undefined;
    });
    expect(newest.messages).toHaveLength(50);

    const url = `${temp.url}/api/v1/attachments/${idOf(0)}/77`;
    const authorization = `Bearer ${temp.token}`;
    const link = await fetch(url, { headers: { authorization, accept: 'application/json' } });
    const { url: address } = (await link.json()) as { url: string };
    for (const picture of [
      await fetch(url, { headers: { authorization } }),
      await fetch(new URL(address, url)),
    ]) {
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(Buffer.from(await picture.arrayBuffer()).equals(PICTURE)).toBe(true);
    }
    expect((await fetch(url)).status).toBe(401);
    const part = await fetch(url, { headers: { authorization, range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(PICTURE.subarray(10, 20))).toBe(true);

    const out = join(dir, 'out');
    const exported = await until('the export has the end of the import', WAIT_MS, async () => {
      await rm(out, { recursive: true, force: true });
      const args = ['export', '--guild', guildId, '--channel', OLD_CHANNEL, '--out', out, '--format', 'dce'];
      const answer = await relayWith(env(), args);
      if (answer.code !== 0) return undefined;
      const [file] = (await readdir(join(out, `channel=${OLD_CHANNEL}`))).map((name) =>
        join(out, `channel=${OLD_CHANNEL}`, name),
      );
      const content = JSON.parse(await readFile(file!, 'utf8')) as {
        messageCount: number;
        messages: { id: string }[];
      };
      return content.messageCount === COUNT ? content : undefined;
    });
    expect(exported.messages.map(({ id }) => id)).toEqual(Array.from({ length: COUNT }, (_, n) => idOf(n)));
    expect(exported.messages[0]).toMatchObject({
      content: 'imported 0',
      author: { name: 'ada', nickname: 'Ada' },
      reactions: [{ emoji: { name: '\u{1f44d}' }, count: 1, users: [{ id: author.id }] }],
    });
  }, 300_000);

  it('the kept file of a message that Discord deletes is removed from the storage', async () => {
    const message = await temp.sim.say(channelId, 'with a file');
    const sha256 = createHash('sha256').update('secret').digest('hex');
    const file = { messageId: message.id as Snowflake, attachmentId: '78' as Snowflake, sha256 };
    // As an import does.
    storage.objects.set(contentKey(sha256), Buffer.from('secret')).set(keptFileKey(file), Buffer.alloc(0));
    await temp.sim.delete(channelId, message.id);
    await until('the file is removed', WAIT_MS, () => !storage.objects.has(keptFileKey(file)) || undefined);
    expect(storage.objects.has(contentKey(sha256))).toBe(false);
    const picture = createHash('sha256').update(PICTURE).digest('hex');
    expect([...storage.objects.keys()].sort()).toEqual([
      contentKey(picture),
      keptFileKey({ messageId: idOf(0), attachmentId: '77' as Snowflake, sha256: picture }),
    ]);
  }, 150_000);
});
