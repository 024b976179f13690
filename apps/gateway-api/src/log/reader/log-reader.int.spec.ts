import { LOG_STREAM, LOG_SUBJECTS } from '@discord-relay/contracts';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { LOGGED_TYPES, typesMatching } from '../select/event-types.js';
import { LogAccess } from './log-access.js';
import type { LogReader } from './log-reader.js';

const MESSAGES = 1_200;
const CHANNELS = 3;
const ATTEMPTS = 20;
const WAIT_MS = 60_000;
/** Less than the minute after which the server itself deletes a consumer that nobody uses. */
const DELETED_WITHIN_MS = 30_000;

let nats: TestNats;
let access: LogAccess;
let connection: NatsConnection;
let jsm: JetStreamManager;

beforeAll(async () => {
  nats = await startNatsServer();
  access = new LogAccess({ NATS_URL: nats.url }, 'test', createLogger('test', 'test', 'silent'));
  connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  jsm = await jetstreamManager(connection);
  await jsm.streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS], allow_direct: true });
  for (let n = 1; n < MESSAGES; n++)
    connection.publish(`discord.0.1.${n % CHANNELS}.message.${n % 2 ? 'created' : 'deleted'}`, '{}');
  await jetstream(connection).publish('discord.-.fence.1.0', '');
}, WAIT_MS);
afterAll(async () => {
  await access.onApplicationShutdown();
  await connection.close();
  await nats.stop();
});

function readerOf(channelIds: string[] | null, pattern: string, signal: AbortSignal): LogReader {
  const types = new Set(pattern === '*' ? LOGGED_TYPES : typesMatching(pattern));
  const selection = { guildIds: null, channelIds, types };
  return access.open(selection, 0, signal);
}

/** Sequences that the reader returns. */
async function readAll(reader: LogReader): Promise<number[]> {
  const seqs: number[] = [];
  for (let isLast = await reader.isAtEnd(); !isLast;) {
    const batch = await reader.nextBatch();
    seqs.push(...batch.records.map(({ seq }) => seq));
    isLast = batch.isLast;
  }
  return seqs;
}

const consumers = async (): Promise<number> => (await jsm.streams.info(LOG_STREAM)).state.consumer_count;
const seqsOf = (isSelected: (n: number) => boolean): number[] =>
  Array.from({ length: MESSAGES - 1 }, (_, i) => i + 1).filter(isSelected);

describe('LogReader', () => {
  it.each([
    ['everything', null, '*', () => true],
    ['one type', null, 'message.created', (n: number) => n % 2 === 1],
    ['a channel', ['1'], '*', (n: number) => n % CHANNELS === 1],
    [
      'a type in two channels',
      ['0', '2'],
      'message.deleted',
      (n: number) => n % CHANNELS !== 1 && n % 2 === 0,
    ],
  ])(
    'a reader of %s returns exactly these messages in order, and leaves no consumer',
    async (_, channels, pattern, isSelected) => {
      const reader = readerOf(channels, pattern, new AbortController().signal);
      expect(await readAll(reader)).toEqual(seqsOf(isSelected));
      await reader.close();
      expect(await consumers()).toBe(0);
    },
  );

  it(
    'a reader that is closed while it opens leaves no consumer',
    async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const abort = new AbortController();
        const reader = readerOf(null, '*', abort.signal);
        const reading = reader.nextBatch().catch((error: Error) => error);
        for (let turn = 0; turn < attempt; turn++) await connection.flush();
        abort.abort();
        await reader.close();
        await reading;
      }
      await until('no consumer is left', DELETED_WITHIN_MS, async () =>
        (await consumers()) === 0 ? true : undefined,
      );
    },
    WAIT_MS * 2,
  );

  it(
    'a reader returns every message once when the server is killed and restarted between its batches',
    async () => {
      const reader = readerOf(null, '*', new AbortController().signal);
      const first = await reader.nextBatch();
      await nats.kill('SIGKILL');
      await nats.restart();
      const rest = await readAll(reader);
      await reader.close();
      expect([...first.records.map(({ seq }) => seq), ...rest]).toEqual(seqsOf(() => true));
    },
    WAIT_MS,
  );

  it(
    'a reader that waits for messages gets a later one although the server was killed meanwhile',
    async () => {
      const reader = readerOf(null, '*', new AbortController().signal);
      const known = await readAll(reader);
      const next = (async () => {
        for (;;) {
          const { records } = await reader.nextBatch();
          if (records.length > 0) return records.map(({ seq }) => seq);
        }
      })();
      await nats.kill('SIGKILL');
      await nats.restart();
      const { seq } = await until('the log accepts a message', WAIT_MS, () =>
        jetstream(connection)
          .publish('discord.0.1.0.message.created', '{}', { timeout: 1_000 })
          .catch(() => undefined),
      );
      // The client may have repeated the message if the acknowledgement was lost.
      expect((await next)[0]).toBe(known.at(-1)! + 2);
      expect(seq).toBeGreaterThan(known.at(-1)!);
      await reader.close();
    },
    WAIT_MS * 2,
  );
});
