import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CliConfig } from '../config.js';
import { openGateway } from './gateway-request.js';

const RECONNECT_MS = 1_000;

const recordShape = z.looseObject({
  seq: z.number(),
  cursor: z.string(),
  type: z.string(),
  time: z.string().optional(),
  guildid: z.string().optional(),
  channelid: z.string().optional(),
  redacted: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
/** A record of the event stream; docs/event-stream.md describes the types that begin with `relay.`. */
export type EventRecord = z.infer<typeof recordShape>;

const errorShape = z.object({ code: z.string(), message: z.string(), retryable: z.boolean() });

/**
 * The records of `GET /api/v1/events`, each with its line. A response that is cut off, or ends for a reason that passes, is continued
 * from its last cursor.
 * @throws Error when the request is refused, or ends for another reason; as `openGateway`
 */
export async function* streamEvents(
  config: CliConfig,
  query: Record<string, string>,
): AsyncGenerator<{ record: EventRecord; line: string }> {
  for (let start = query; ;) {
    let cursor: string | undefined;
    for await (const line of linesOf(config, start)) {
      const record = recordIn(line);
      if (!record) break;
      cursor = record.cursor;
      if (record.type === 'relay.error') failUnlessPassing(record);
      else yield { record, line };
      if (record.type === 'relay.end') return;
    }
    if (cursor === undefined) throw new Error('the response ended before its first record');
    start = { ...withoutStart(query), cursor };
    await sleep(RECONNECT_MS);
  }
}

async function* linesOf(config: CliConfig, query: Record<string, string>): AsyncGenerator<string> {
  const path = `/api/v1/events?${new URLSearchParams(query)}`;
  const { body } = await openGateway(config, path);
  const input = Readable.fromWeb(body as ReadableStream);
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    // The connection was cut off: the caller continues from the last cursor.
    if (!input.errored) throw error;
  } finally {
    input.destroy();
  }
}

/** Undefined: the response was cut off within the line. */
function recordIn(line: string): EventRecord | undefined {
  try {
    return recordShape.parse(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An expired token is replaced by the next request. */
function failUnlessPassing({ data }: EventRecord): void {
  const { code, message, retryable } = errorShape.parse(data);
  if (!retryable && code !== 'AUTH.TOKEN_EXPIRED') throw new Error(`${message} (${code})`);
}

function withoutStart({
  from: _from,
  fromSeq: _seq,
  ...rest
}: Record<string, string>): Record<string, string> {
  return rest;
}
