import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { firstSnowflakeAt, LOG_STREAM } from '@discord-relay/contracts';
import { ensureLogStream } from '@discord-relay/ingestor/without-discord';
import {
  type Measurement,
  type Random,
  repositoryRoot,
  seeded,
  startNatsServer,
} from '@discord-relay/local-stack';
import { peakResidentMb } from '../../test/support/processes/process-figures.js';

const FIRST_MS = Date.UTC(2020, 0, 1);
const STEP_MS = 1_000;
const USERS = 500;
const MESSAGES_PER_ROUND = 1_000;
const MS_PER_S = 1_000;
const BYTES_PER_MB = 1_048_576;
const POLL_MS = 100;
const WORDS =
  'the queue is down again can you look at it after lunch please thanks see ticket for details'.split(' ');

/**
 * Messages per second that `relay import` brings from a file into the log, from the start of the process to its end, and its memory.
 * The same command again must write nothing.
 */
export const importMessages: Measurement = {
  name: 'import',
  description: 'messages/s from an export file into the log, and the memory; --rounds: thousands of messages',
  required: {
    messagesPerS: { min: 20_000 },
    missing: { equals: 0 },
    repeated: { equals: 0 },
    peakMb: { max: 300 },
  },
  run: async ({ seed, rounds = 1_000, progress }) => {
    const dir = await mkdtemp(join(tmpdir(), 'relay-import-'));
    const nats = await startNatsServer();
    const connection = await connect({ servers: nats.url });
    try {
      await ensureLogStream(connection, { dedupWindowMs: 120_000, replicas: 1 });
      const count = rounds * MESSAGES_PER_ROUND;
      const path = join(dir, 'export.json');
      progress(`writing an export of ${count} messages…`);
      await pipeline(exportText(count, seeded(seed)), createWriteStream(path));
      const { size } = await stat(path);
      progress(`importing ${Math.round(size / BYTES_PER_MB)} MB…`);
      const first = await runImport(path, dir, nats.url);
      const missing = count - (await importedIn(connection));
      progress(`${Math.round(count / first.seconds)}/s; importing the same file again…`);
      const second = await runImport(path, dir, nats.url);
      return {
        messagesPerS: Math.round(count / first.seconds),
        mbPerS: Math.round(size / BYTES_PER_MB / first.seconds),
        missing,
        repeated: (await importedIn(connection)) - count + missing,
        peakMb: Math.max(first.peakMb, second.peakMb),
        againPerS: Math.round(count / second.seconds),
      };
    } finally {
      await connection.close();
      await nats.stop();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function importedIn(connection: NatsConnection): Promise<number> {
  const { streams } = await jetstreamManager(connection);
  const { state } = await streams.info(LOG_STREAM, { subjects_filter: 'discord.*.*.*.message.imported' });
  return Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
}

/** Runs the command as an operator does. @throws Error when it fails */
async function runImport(
  path: string,
  dir: string,
  url: string,
): Promise<{ seconds: number; peakMb: number }> {
  const startedAtMs = performance.now();
  const child = spawn(
    process.execPath,
    [join(repositoryRoot, 'tools/relay.mjs'), 'import', path, '--state', join(dir, 'state.json')],
    {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NATS_URL: url },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  let peakMb = 0;
  const poll = setInterval(() => {
    const now = peakResidentMb(child.pid!);
    if (now > peakMb) peakMb = now;
  }, POLL_MS);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`relay import ended with code ${code}`);
    return { seconds: (performance.now() - startedAtMs) / MS_PER_S, peakMb };
  } finally {
    clearInterval(poll);
  }
}

/** A file as DiscordChatExporter writes it, indented. */
function* exportText(count: number, random: Random): Generator<string> {
  const channel = { id: '900000000000000002', type: 'GuildTextChat', name: 'archive', topic: null };
  const head = { guild: { id: '900000000000000001', name: 'Example', iconUrl: '' }, channel, messages: [] };
  yield JSON.stringify(head, null, 2).replace(/\]\n\}$/, '');
  for (let n = 0; n < count; n++)
    yield `${n === 0 ? '' : ','}\n${JSON.stringify(message(n, random), null, 2).replaceAll(/^/gm, '    ')}`;
  yield `\n  ],\n  "messageCount": ${count}\n}\n`;
}

function message(n: number, random: Random): object {
  const user = 900_000_000_000_000_010n + BigInt(random.between(0, USERS - 1));
  const words = Array.from({ length: random.between(2, 40) }, () => random.pick(WORDS));
  const name = `user-${user % 1_000n}`;
  const attachment = {
    id: `${n + 1}`,
    url: `https://cdn.discordapp.com/attachments/1/${n + 1}/a.png`,
    fileName: 'a.png',
    fileSizeBytes: 9,
  };
  return {
    id: firstSnowflakeAt(FIRST_MS + n * STEP_MS),
    type: 'Default',
    timestamp: new Date(FIRST_MS + n * STEP_MS).toISOString().replace('Z', '+00:00'),
    timestampEdited: null,
    callEndedTimestamp: null,
    isPinned: false,
    content: words.join(' '),
    author: {
      id: String(user),
      name,
      discriminator: '0000',
      nickname: name,
      color: null,
      isBot: false,
      roles: [],
      avatarUrl: '',
    },
    attachments: n % 20 === 0 ? [attachment] : [],
    embeds: [],
    stickers: [],
    reactions:
      n % 10 === 0
        ? [
            {
              emoji: { id: '', name: '\u{1f44d}', isAnimated: false },
              count: 1,
              users: [{ id: String(user), name }],
            },
          ]
        : [],
    mentions: [],
    inlineEmojis: [],
  };
}
