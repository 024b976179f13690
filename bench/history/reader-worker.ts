import { get, type IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { LOG_STREAM } from '@discord-relay/contracts';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { answerCommands } from '../../test/support/processes/worker-process.js';
import type { ReaderCommand, ReadFigures } from './event-readers.js';

const LINE_FEED = 0x0a;
/** More than the last record has. */
const LAST_BYTES = 400;
/** `relay.position` at the beginning and `relay.end`. */
const LINES_BESIDE_EVENTS = 2;
let stopped = false;
let repeating: Promise<number> = Promise.resolve(0);

async function consume(natsUrl: string, count: number): Promise<number> {
  const connection = await connect({ servers: natsUrl, noAsyncTraces: true });
  const consumer = await jetstream(connection).consumers.get(LOG_STREAM);
  let events = 0;
  for await (const { data } of await consumer.consume({ max_messages: 500 })) {
    if (data.byteLength > 0) events += 1;
    if (events === count) break;
  }
  await connection.close();
  return events;
}

/** Number of events in the response, which must be complete. */
async function read(url: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(url, { headers, agent: false }, resolve).on('error', reject),
  );
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  let lines = 0;
  let before: Buffer = Buffer.alloc(0);
  let last = before;
  response.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
    [before, last] = [last, chunk];
  });
  await finished(response);
  last = Buffer.concat([before, last]).subarray(-LAST_BYTES);
  if (!last.includes('"type":"relay.end"')) throw new Error(`the response is incomplete: ${last.toString()}`);
  return lines - LINES_BESIDE_EVENTS;
}

async function repeat(url: string, token: string): Promise<number> {
  let events = 0;
  while (!stopped) events += await read(url, token);
  return events;
}

async function timed(work: () => Promise<number>): Promise<ReadFigures> {
  const startedAtMs = performance.now();
  const events = await work();
  return { events, perS: Math.round((events / (performance.now() - startedAtMs)) * 1_000) };
}

async function answer(command: ReaderCommand): Promise<ReadFigures> {
  switch (command.kind) {
    case 'consume':
      return await timed(() => consume(command.natsUrl, command.count));
    case 'read': {
      const { url, token, readers } = command;
      return await timed(async () => {
        const counts = await Promise.all(Array.from({ length: readers }, () => read(url, token)));
        return counts.reduce((sum, count) => sum + count, 0);
      });
    }
    case 'repeat':
      stopped = false;
      repeating = repeat(command.url, command.token);
      repeating.catch(() => undefined);
      return { events: 0, perS: 0 };
    case 'stop':
      stopped = true;
      return { events: await repeating, perS: 0 };
    default:
      return command satisfies never;
  }
}

answerCommands(answer);
