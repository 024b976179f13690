import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { formatOffset } from './durable-offset.js';
import type { Chunk, DurableReader } from './durable-reader.js';

/** How long a long poll waits for events. */
const POLL_MS = 20_000;
/** How long a stream of server-sent events is open; its client then continues with another one. */
const SSE_MS = 60_000;

export interface DurableRead {
  reader: DurableReader;
  logId: string;
  afterSeq: number;
  /** The value of `Stream-Cursor`. */
  streamCursor: () => string;
  abort: AbortController;
  written: (count: number) => void;
}

const arrayOf = ({ events }: Pick<Chunk, 'events'>): string => `[${events.join(',')}]`;

/** Answers with what exists after the offset. `etag`: the one that the client has. */
export async function sendCatchUp(
  { reader, logId, afterSeq, written, abort }: DurableRead,
  response: ServerResponse,
  etag: string | undefined,
): Promise<void> {
  const chunk = await reader.catchUp(afterSeq, abort.signal);
  if (abort.signal.aborted) return void response.destroy();
  const body = arrayOf(chunk);
  setPosition(response, logId, chunk);
  // Redactions change what a range shows, so the tag depends on the body.
  const digest = createHash('sha256').update(body).digest('base64url');
  const current = `"${formatOffset(logId, afterSeq)}:${chunk.seq}:${digest}"`;
  response.setHeader('ETag', current);
  if (etag === current) return void response.writeHead(304).end();
  written(chunk.events.length);
  response.setHeader('Content-Type', 'application/json');
  response.writeHead(200).end(body);
}

/** As {@link sendCatchUp}; without any events it waits for the next ones. */
export async function sendLongPoll(read: DurableRead, response: ServerResponse): Promise<void> {
  const { reader, logId, afterSeq, streamCursor, abort, written } = read;
  const timer = setTimeout(() => abort.abort(), POLL_MS);
  try {
    let chunk = await reader.catchUp(afterSeq, abort.signal);
    if (chunk.events.length === 0)
      for await (const next of reader.follow(chunk.seq, abort.signal)) {
        chunk = next;
        break;
      }
    if (response.destroyed) return;
    setPosition(response, logId, chunk);
    response.setHeader('Stream-Cursor', streamCursor());
    if (chunk.events.length === 0) return void response.writeHead(204).end();
    written(chunk.events.length);
    response.setHeader('Content-Type', 'application/json');
    response.writeHead(200).end(arrayOf(chunk));
  } finally {
    clearTimeout(timer);
  }
}

/** Sends what exists and what follows as server-sent events, each chunk with its position. */
export async function sendEvents(read: DurableRead, response: ServerResponse): Promise<void> {
  const { reader, afterSeq, abort } = read;
  const timer = setTimeout(() => abort.abort(), SSE_MS);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  try {
    let chunk: Chunk = { events: [], seq: afterSeq, upToDate: false };
    while (!chunk.upToDate && !abort.signal.aborted) {
      chunk = await reader.catchUp(chunk.seq, abort.signal);
      await sendChunk(read, response, chunk);
    }
    for await (const next of reader.follow(chunk.seq, abort.signal)) await sendChunk(read, response, next);
  } finally {
    clearTimeout(timer);
    response.end();
  }
}

async function sendChunk(
  { logId, streamCursor, written, abort }: DurableRead,
  response: ServerResponse,
  chunk: Chunk,
): Promise<void> {
  const control = {
    streamNextOffset: formatOffset(logId, chunk.seq),
    streamCursor: streamCursor(),
    ...(chunk.upToDate && { upToDate: true }),
  };
  const data = chunk.events.length > 0 ? `event: data\ndata: ${arrayOf(chunk)}\n\n` : '';
  written(chunk.events.length);
  const isDrained = response.write(`${data}event: control\ndata: ${JSON.stringify(control)}\n\n`);
  if (isDrained || response.destroyed) return;
  await once(response, 'drain', { signal: abort.signal }).catch(() => undefined);
}

function setPosition(response: ServerResponse, logId: string, { seq, upToDate }: Chunk): void {
  response.setHeader('Stream-Next-Offset', formatOffset(logId, seq));
  if (upToDate) response.setHeader('Stream-Up-To-Date', 'true');
}
