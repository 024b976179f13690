import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import {
  contentKey,
  KEPT_FILES,
  LOG_STREAM,
  LOG_SUBJECTS,
  PARTITIONS_METADATA_KEY,
  parseKeptFileKey,
  partitionOf,
  type RelayEvent,
} from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { FolderStore } from '@discord-relay/platform/object-store';
import { CHANNEL, CHANNEL_ID, exported, exportText, GUILD_ID, idOf, THREAD_ID } from '../testing/exports.js';
import type { MediaOptions } from './media/media-keeper.js';
import { type ImportOptions, runImport } from './run-import.js';

const PARTITIONS = 8;
const PREFIX = `discord.${partitionOf(GUILD_ID, PARTITIONS)}.${GUILD_ID}`;

describe('runImport', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let dir: string;

  beforeAll(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
  });
  afterAll(async () => {
    await connection?.close();
    await nats?.stop();
  });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-import-'));
    const { streams } = await jetstreamManager(connection);
    // The server forgets ids at once, so that the tests see whether an import sends a message twice.
    await streams.add({
      name: LOG_STREAM,
      subjects: [LOG_SUBJECTS],
      retention: RetentionPolicy.Limits,
      storage: StorageType.Memory,
      allow_batched: true,
      allow_direct: true,
      duplicate_window: nanos(100),
      metadata: { [PARTITIONS_METADATA_KEY]: String(PARTITIONS) },
    });
  });
  afterEach(async () => {
    const { streams } = await jetstreamManager(connection);
    await streams.delete(LOG_STREAM);
    await rm(dir, { recursive: true, force: true });
  });

  async function file(name: string, text: string | Buffer): Promise<string> {
    const path = join(dir, name);
    await writeFile(path, text);
    return path;
  }

  const run = (paths: string[], options: Partial<ImportOptions> = {}) =>
    runImport({
      ...{ connection, paths, statePath: join(dir, 'state.json'), dryRun: false },
      ...{ signal: new AbortController().signal, onProgress: () => undefined },
      ...options,
    });

  async function events(): Promise<RelayEvent[]> {
    const consumer = await jetstream(connection).consumers.get(LOG_STREAM, {});
    const found: RelayEvent[] = [];
    for (let { num_pending: pending } = await consumer.info(); pending > 0;) {
      for await (const message of await consumer.fetch({ max_messages: 1_000, expires: 5_000 })) {
        found.push(message.json<RelayEvent>());
        pending = message.info.pending;
        if (pending === 0) break;
      }
    }
    return found;
  }

  const importedIds = async () =>
    (await events()).flatMap((event) => (event.type === 'message.imported' ? [event.data.id] : []));

  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => exported(from + i));
  const idsOf = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => idOf(from + i));
  const numbersOf = (outcome: Awaited<ReturnType<typeof run>>) =>
    outcome.files.map(({ counts }) => ({ imported: counts.imported, ...counts.skipped }));

  it('an import writes the channel, every message at its time, and the end', async () => {
    const outcome = await run([await file('a.json', exportText([exported(1), exported(2)]))]);
    const found = await events();
    expect(found.map(({ type }) => type)).toEqual([
      ...['channel.imported', 'message.imported', 'message.imported', 'import.completed'],
    ]);
    expect(found[1]).toMatchObject({
      source: 'discord-import',
      sessionid: 'import',
      guildid: GUILD_ID,
      channelid: CHANNEL_ID,
      time: '2024-01-01T00:01:00.000Z',
      data: { id: idOf(1), content: 'text 1', exportedAt: '2024-12-31T22:00:00.123Z' },
    });
    expect(found[1]!.receivedat > '2025').toBe(true);
    expect(numbersOf(outcome)).toEqual([{ imported: 2 }]);
    await expect(stat(join(dir, 'state.json'))).rejects.toThrow('ENOENT');
  });

  it('an import writes nothing that the log has from Discord or from an earlier import', async () => {
    const created = {
      specversion: '1.0',
      id: `message.created:${idOf(1)}`,
      type: 'message.created',
      guildid: GUILD_ID,
      data: {},
    };
    await jetstream(connection).publish(`${PREFIX}.${CHANNEL_ID}.message.created`, JSON.stringify(created), {
      msgID: created.id,
    });
    const paths = [await file('a.json', exportText([exported(1), exported(2)]))];
    expect(numbersOf(await run(paths))).toEqual([{ imported: 1, observed: 1 }]);
    const before = (await events()).length;
    expect(numbersOf(await run(paths))).toEqual([{ imported: 0, observed: 1, imported_before: 1 }]);
    expect(await events()).toHaveLength(before);
  });

  it('an import takes a message again if another export shows it differently', async () => {
    await run([await file('a.json', exportText([exported(1), exported(2)]))]);
    const later = [
      exported(1),
      exported(2, { content: 'new', timestampEdited: '2024-02-01T00:00:00+00:00' }),
    ];
    const outcome = await run([
      await file('b.json', exportText(later, { exportedAt: '2025-06-01T00:00:00Z' })),
    ]);
    expect(numbersOf(outcome)).toEqual([{ imported: 1, imported_before: 1 }]);
  });

  it('partitioned files are imported in any order, each message once', async () => {
    const paths = [
      await file('part 2.json', exportText(range(3, 4))),
      await file('part 1.json', exportText(range(1, 3))),
    ];
    await run(paths.reverse());
    expect((await importedIds()).sort()).toEqual(idsOf(1, 4));
  });

  it('an import that is paused continues after the last batch and writes nothing twice', async () => {
    const paths = [await file('a.json', exportText(range(1, 5_000)))];
    const pausing = new AbortController();
    const first = await run(paths, { signal: pausing.signal, onProgress: () => pausing.abort() });
    expect(first.paused).toBe(true);
    const before = await importedIds();
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(5_000);
    expect((await run(paths)).paused).toBe(false);
    expect(await importedIds()).toEqual(idsOf(1, 5_000));
  });

  it('a truncated file is imported up to there, the error names the place, and the whole file continues', async () => {
    const text = exportText(range(1, 3_000));
    const cut = text.indexOf(`"id": "${idOf(2_500)}"`);
    const path = await file('a.json', text.slice(0, cut));
    const line = text.slice(0, cut).split('\n').length;
    await expect(run([path])).rejects.toThrow(
      new RegExp(`a\\.json, line ${line}, byte ${cut + 1}: the file is truncated`),
    );
    expect(await importedIds()).toEqual(idsOf(1, 2_499));
    expect(JSON.parse(await readFile(join(dir, 'state.json'), 'utf8'))).toMatchObject({
      files: [{ done: false, counts: { imported: 2_499 } }],
    });
    await appendFile(path, text.slice(cut));
    await run([path]);
    expect(await importedIds()).toEqual(idsOf(1, 3_000));
  });

  it('a state of other files is not overwritten', async () => {
    const broken = await file('a.json', exportText([exported(1)]).slice(0, -20));
    await expect(run([broken])).rejects.toThrow('truncated');
    const other = await file('b.json', exportText([exported(2)]));
    await expect(run([other])).rejects.toThrow(/belongs to an unfinished import of other files/);
    expect(await importedIds()).toEqual([idOf(1)]);
  });

  it('a dry run counts and writes nothing', async () => {
    const paths = [await file('a.json', exportText([exported(1), exported(2, { author: null })]))];
    const outcome = await run(paths, { dryRun: true });
    expect(numbersOf(outcome)).toEqual([{ imported: 1, unreadable: 1 }]);
    expect(await events()).toEqual([]);
    await expect(stat(join(dir, 'state.json'))).rejects.toThrow('ENOENT');
  });

  it('a thread leaves out the message of its channel that it repeats, and a forum post keeps its own', async () => {
    const starter = exported(1, { id: THREAD_ID });
    const thread = { ...CHANNEL, id: THREAD_ID, type: 'GuildPublicThread', categoryId: CHANNEL_ID };
    const ofThread = await file('0-thread.json', exportText([starter, exported(2)], { channel: thread }));
    const ofChannel = await file('1-channel.json', exportText([starter]));
    expect(numbersOf(await run([ofThread, ofChannel]))).toEqual([
      { imported: 1 },
      { imported: 1, thread_starter: 1 },
    ]);
    const post = { ...thread, id: idOf(9), categoryId: '900000000000000077' };
    const ofPost = await file('post.json', exportText([exported(9)], { channel: post }));
    expect(numbersOf(await run([ofPost]))).toEqual([{ imported: 1 }]);
  });

  it('a message that the log cannot hold is left out and named, and the others are imported', async () => {
    const attachments = Array.from({ length: 40 }, (_, i) => ({
      id: `${i + 1}`,
      fileName: `${i}`.padEnd(900, 'x'),
    }));
    const { streams } = await jetstreamManager(connection);
    await streams.update(LOG_STREAM, { max_msg_size: 20_000 });
    const outcome = await run([
      await file('a.json', exportText([exported(1), exported(2, { attachments }), exported(3)])),
    ]);
    expect(numbersOf(outcome)).toEqual([{ imported: 2, too_large: 1 }]);
    expect(await importedIds()).toEqual([idOf(1), idOf(3)]);
  });

  it('a wrong number of messages is noted', async () => {
    const text = exportText([exported(1)]).replace('"messageCount": 1', '"messageCount": 7');
    const { files } = await run([await file('a.json', text)]);
    expect(files[0]!.counts.notes).toEqual(['messageCount is 7, but there are 1 messages']);
  });

  it.each<[string, Buffer | string, RegExp]>([
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), /is compressed with gzip: unpack it first/],
    ['zip', Buffer.from('PK\x03\x04'), /is a zip archive/],
    ['html', '<!DOCTYPE html>', /is HTML or XML: export with `--format Json`/],
    ['utf-16', Buffer.from([0xff, 0xfe, 0x7b, 0]), /is UTF-16/],
    ['nothing', '', /is empty/],
    ['csv', 'AuthorID,Author,Date', /line 1, byte 1: is not valid JSON/],
    ['other json', '{"name": "x", "messages": [{"id": "1"}]}', /is not an export of DiscordChatExporter/],
    ['direct messages', exportText([], { guild: { id: '0', name: 'Direct Messages' } }), /direct messages/],
  ])('an import with a file of %s names it before anything is imported', async (name, text, reason) => {
    const good = await file('good.json', exportText([exported(1)]));
    const bad = await file(`bad-${name}.json`, text);
    await expect(run([good, bad])).rejects.toThrow(reason);
    await expect(run([good, bad])).rejects.toThrow(bad);
    expect(await events()).toEqual([]);
  });

  it('a byte order mark is no reason to refuse a file', async () => {
    await run([await file('a.json', `\uFEFF${exportText([exported(1)])}`)]);
    expect(await importedIds()).toEqual([idOf(1)]);
  });

  describe('with media', () => {
    const store = () => new FolderStore(join(dir, 'kept'));
    const media = (options: Partial<MediaOptions> = {}) => ({
      media: { store: store(), maxBytes: 1_000, ...options },
    });
    const sha = (content: string) => createHash('sha256').update(content).digest('hex');
    const withFiles = (n: number, ...urls: string[]) =>
      exported(n, {
        attachments: urls.map((url, i) => ({ id: `${n}${i}`, url, fileName: 'x.png', fileSizeBytes: 1 })),
      });
    /** `message/attachment content` of every kept file. */
    async function kept(): Promise<string[]> {
      const found: string[] = [];
      for await (const key of store().list(KEPT_FILES)) {
        const { messageId, attachmentId, sha256 } = parseKeptFileKey(key)!;
        const content = await text((await store().read(contentKey(sha256)))!);
        expect(sha(content)).toBe(sha256);
        found.push(`${messageId}/${attachmentId} ${content}`);
      }
      return found.sort();
    }
    const contents = async () =>
      (await text(Readable.from(store().list('content/')))).match(/content\/../g) ?? [];
    const besides = async (files: Record<string, string>) => {
      await mkdir(join(dir, 'a.json_Files'), { recursive: true });
      for (const [name, content] of Object.entries(files)) await file(`a.json_Files/${name}`, content);
    };
    const at = (name: string) => `a.json_Files/${name}`;

    it('an import keeps the files beside the export, and says what it did not keep', async () => {
      await besides({ 'a.png': 'A', 'b.png': 'B', 'large.bin': 'x'.repeat(1_001) });
      await writeFile(join(dir, 'secret'), 'S');
      await symlink(join(dir, 'secret'), join(dir, at('link.png')));
      await symlink(join(dir), join(dir, at('up')));
      await mkdir(join(dir, at('folder.png')));
      const messages = [
        withFiles(1, at('a.png'), 'https://cdn.discordapp.com/attachments/1/2/a.png'),
        withFiles(2, at('b.png'), at('gone.png'), at('large.bin')),
        withFiles(3, at('a.png')),
        withFiles(4, at('link.png'), at('up/secret'), at('folder.png'), '../secret', 'secret'),
      ];
      const path = await file('a.json', exportText(messages));
      const { files } = await run([path], media());
      expect(await kept()).toEqual([`${idOf(1)}/10 A`, `${idOf(2)}/20 B`, `${idOf(3)}/30 A`].sort());
      expect(await contents()).toHaveLength(2);
      const counts = { kept: 3, keptBytes: 3, keptBefore: 0, remote: 1, missing: 1, refused: 5, tooLarge: 1 };
      expect(files[0]!.counts.media).toEqual(counts);
      const again = await run([path], media());
      expect(again.files[0]!.counts.media).toEqual({ ...counts, kept: 0, keptBytes: 0, keptBefore: 3 });
    });

    it('an import without media keeps nothing, and a later one with media keeps the files of the same messages', async () => {
      await besides({ 'a.png': 'A' });
      const path = await file('a.json', exportText([withFiles(1, at('a.png'))]));
      await run([path]);
      expect(await kept()).toEqual([]);
      expect(numbersOf(await run([path], media()))).toEqual([{ imported: 0, imported_before: 1 }]);
      expect(await kept()).toEqual([`${idOf(1)}/10 A`]);
      expect(await importedIds()).toEqual([idOf(1)]);
    });

    it('files of messages that are not imported are not kept', async () => {
      await besides({ 'a.png': 'A' });
      const { streams } = await jetstreamManager(connection);
      await streams.update(LOG_STREAM, { max_msg_size: 20_000 });
      const observed = `message.created:${idOf(1)}`;
      await jetstream(connection).publish(`${PREFIX}.${CHANNEL_ID}.message.created`, '{}', {
        msgID: observed,
      });
      const tooLarge = withFiles(2, ...Array.from({ length: 40 }, () => at('a.png')));
      for (const each of tooLarge.attachments as { fileName: string }[]) each.fileName = 'x'.repeat(900);
      const unreadable = { ...withFiles(3, at('a.png')), author: null };
      const text = exportText([withFiles(1, at('a.png')), tooLarge, unreadable]);
      const outcome = await run([await file('a.json', text)], media());
      expect(numbersOf(outcome)).toEqual([{ imported: 0, observed: 1, too_large: 1, unreadable: 1 }]);
      expect(await kept()).toEqual([]);
      expect(await contents()).toEqual([]);
    });

    it('a dry run with media counts the files and copies none', async () => {
      await besides({ 'a.png': 'A' });
      const path = await file('a.json', exportText([withFiles(1, at('a.png'), at('b.png'))]));
      const { files } = await run([path], { ...media(), dryRun: true });
      expect(files[0]!.counts.media).toMatchObject({ kept: 1, missing: 1 });
      expect(await kept()).toEqual([]);
    });

    it('an import that ended while it copied continues with the files that are missing', async () => {
      const names = Array.from({ length: 300 }, (_, i) => `${i}.png`);
      await besides(Object.fromEntries(names.map((name) => [name, `content of ${name}`])));
      const path = await file('a.json', exportText(names.map((name, i) => withFiles(i + 1, at(name)))));
      let left = 333;
      class FailingStore extends FolderStore {
        override async put(...args: Parameters<FolderStore['put']>): Promise<void> {
          if (left-- <= 0) throw new Error('the disk is full');
          await super.put(...args);
        }
      }
      const failing = media({ store: new FailingStore(join(dir, 'kept')) });
      await expect(run([path], failing)).rejects.toThrow('the disk is full');
      const before = await kept();
      expect(before.length).toBeGreaterThan(100);
      expect(before.length).toBeLessThan(300);
      await run([path], media());
      expect(await kept()).toHaveLength(300);
      expect(await importedIds()).toEqual(idsOf(1, 300));
    });

    it('the folder of the media may have another name, if it is named', async () => {
      await mkdir(join(dir, 'media'));
      await file('media/a.png', 'A');
      const path = await file('a.json', exportText([withFiles(1, 'media/a.png')]));
      expect((await run([path], media())).files[0]!.counts.media).toMatchObject({ refused: 1, kept: 0 });
      await run([path], media({ folder: 'media' }));
      expect(await kept()).toEqual([`${idOf(1)}/10 A`]);
    });
  });

  it('an import says when there is no log', async () => {
    const { streams } = await jetstreamManager(connection);
    const path = await file('a.json', exportText([exported(1)]));
    await streams.update(LOG_STREAM, { metadata: {} });
    await expect(run([path])).rejects.toThrow(/start an ingestor of this version/);
  });
});
