import type { AccessChange, ClientToServerEvents, Snowflake } from '@discord-relay/contracts';
import fc from 'fast-check';
import { codePoint } from '../../../../test/support/values/code-point.js';
import { EventLog } from '../testing/event-log.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { patientFetch } from '../testing/patient-fetch.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, VIEWER } from '../testing/world.js';
import { Hostile, type Shape } from './hostile.js';

const OPEN_WORDS = 'everybody-may-read-this';
const SECRET_WORDS = 'nobody-but-the-owner-may-read-this';
const HTTP_CASES = 6_000;
const SOCKET_CASES = 4_000;
const AT_A_TIME = 20;
const SEED = 20_261_121;
const MCP_PATH = '/mcp';
const MCP_INPUT: Record<string, Shape> = Object.fromEntries(
  ['guildId', 'channelId', 'query', 'from', 'to', 'asOf', 'cursor'].map((name) => [name, { type: 'string' }]),
);
const ANY_TEXT = fc.string({ unit: codePoint, maxLength: 60 });

interface Operation {
  parameters?: { name: string; in: string; schema?: Shape }[];
  requestBody?: { content: Record<string, { schema: Shape }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Shape> };
}

const EVENTS = [
  'get_channels',
  'join_channel',
  'leave_channel',
  'get_history',
  'refresh_token',
  'subscribe_rooms',
  'unsubscribe_rooms',
  'subscribe_queue',
  'unsubscribe_queue',
  'replay_start',
  'replay_pause',
  'replay_resume',
  'replay_seek',
  'replay_speed',
  'replay_stop',
] as const satisfies (keyof ClientToServerEvents)[];
/** Does not compile if an event of the client is missing. */
type Forgotten = Exclude<keyof ClientToServerEvents, (typeof EVENTS)[number]>;
const NOTHING_FORGOTTEN: [Forgotten] extends [never] ? true : false = true;

describe('hostile input', () => {
  let gateway: TestGateway;
  let token: string;
  let log: EventLog;

  beforeAll(async () => {
    expect(NOTHING_FORGOTTEN).toBe(true);
    gateway = await startGateway({
      HTTP_REQUESTS_PER_S: '100000',
      HTTP_REQUESTS_PER_S_PER_ADDRESS: '1000000',
      SOCKET_REQUESTS_PER_S: '10000',
      WEBHOOK_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    const { world } = gateway;
    log = await EventLog.create(gateway.nats.url, world);
    await log.say(OPEN_WORDS);
    await log.say(SECRET_WORDS, { channelId: OTHER_CHANNEL });
    await log.say(SECRET_WORDS, { guildId: OTHER_GUILD, channelId: FAR_CHANNEL });
    await world.say(CHANNEL, GUILD, OPEN_WORDS);
    await world.say(OTHER_CHANNEL, GUILD, SECRET_WORDS);
    await world.say(FAR_CHANNEL, OTHER_GUILD, SECRET_WORDS);
    await world.access([hiddenFromAll(OTHER_CHANNEL, GUILD)]);
    await world.access([hiddenFromAll(FAR_CHANNEL, OTHER_GUILD)], OTHER_GUILD);
    token = await tokenFor({ role: 'viewer', sub: VIEWER });
  }, 60_000);
  afterAll(async () => {
    await log.close();
    await gateway.stop();
  });

  const KNOWN = [GUILD, OTHER_GUILD, CHANNEL, OTHER_CHANNEL, FAR_CHANNEL, VIEWER, '5000', '5001', '5002'];

  it(`hostile input over HTTP is refused with a reason, ${HTTP_CASES} times, and reveals nothing hidden`, async () => {
    const document = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as Document;
    const requests = fc.sample(anyRequest(document, KNOWN), { numRuns: HTTP_CASES, seed: SEED });
    const statuses = new Map<number, number>();
    let read = 0;
    const wrong: object[] = [];
    await inParallel(requests, async (request) => {
      const response = await send(gateway.url, token, request);
      const text = await textOf(response);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (text.includes(OPEN_WORDS)) read += 1;
      const type = response.headers.get('content-type');
      // On a busy machine the answer of readiness is no, with its report.
      if (response.status === 503 && request.path.startsWith('/api/ready')) return;
      const isRefusedInWords =
        response.status < 400 ||
        type === 'application/problem+json; charset=utf-8' ||
        (request.path.startsWith(MCP_PATH) && isJsonRpcError(text));
      if (response.status < 500 && isRefusedInWords && !text.includes(SECRET_WORDS)) return;
      wrong.push({ request, status: response.status, type, text: text.slice(0, 500) });
    });
    expect(wrong).toEqual([]);
    // Some requests succeed; otherwise only the authentication would be tested.
    expect(read).toBeGreaterThan(0);
    expect(statuses.get(200)).toBeGreaterThan(HTTP_CASES / 50);
    expect(statuses.get(400)).toBeGreaterThan(HTTP_CASES / 50);
  }, 400_000);

  it(`hostile input over a socket is answered, ${SOCKET_CASES} times, and reveals nothing hidden`, async () => {
    const hostile = new Hostile(KNOWN, ANY_TEXT);
    const fields = ['channelId', 'guildId', 'after', 'before', 'around', 'limit', 'token'];
    const ofReplays = ['id', 'from', 'to', 'at', 'speed'];
    const numbers = new Set(['limit', 'after', 'speed']);
    const properties = Object.fromEntries(
      [...fields, ...ofReplays].map((name): [string, Shape] => [
        name,
        { type: numbers.has(name) ? 'integer' : 'string' },
      ]),
    );
    const from: Shape = { type: 'string', enum: ['now-1h', '2026-01-01'] };
    const body = fc.oneof(
      hostile.like({ type: 'object', properties }),
      hostile.like({ type: 'object', properties: { channelId: { type: 'string' } } }),
      hostile.like({ type: 'object', properties: { channelId: { type: 'string' }, from } }),
      hostile.like({ type: 'object', properties: { guildId: { type: 'string' }, from } }),
    );
    const cases = fc.sample(fc.tuple(fc.constantFrom(...EVENTS), body), {
      numRuns: SOCKET_CASES,
      seed: SEED,
    });
    const clients = Array.from({ length: AT_A_TIME }, () => new SocketClient(gateway.url, { token }));
    await Promise.all(clients.map((client) => client.connected()));
    let carriedOut = 0;
    await inParallel(cases, async ([event, input], worker) => {
      const answer = await clients[worker]!.request(event, ...(event === 'get_channels' ? [] : [input]));
      if (answer.ok) carriedOut += 1;
      else expect({ event, input, code: answer.error.code }).not.toMatchObject({ code: 'SERVICE.INTERNAL' });
    });
    await gateway.world.say(OTHER_CHANNEL, GUILD, SECRET_WORDS);
    const last = await gateway.world.say(CHANNEL, GUILD, 'and this');
    const witness = clients[0]!;
    await witness.join({ channelId: CHANNEL });
    expect(witness.lastSnapshot().seq).toBeGreaterThanOrEqual(last.seq);
    expect(carriedOut).toBeGreaterThan(SOCKET_CASES / 50);
    for (const client of clients) {
      expect(client.socket.connected).toBe(true);
      expect(JSON.stringify(client.received)).not.toContain(SECRET_WORDS);
      client.close();
    }
  }, 240_000);
});

const hiddenFromAll = (channelId: Snowflake, guildId: Snowflake): AccessChange => ({
  of: 'channel',
  channelId,
  type: 0,
  parentId: null,
  overwrites: [{ id: guildId, type: 'role', allow: '0', deny: '1024' }],
  deleted: false,
});

interface AnyRequest {
  method: string;
  path: string;
  body: string | undefined;
  authorization: 'viewer' | 'none' | 'garbage';
}

function anyRequest({ paths, components }: Document, known: readonly string[]): fc.Arbitrary<AnyRequest> {
  const hostile = new Hostile(known, ANY_TEXT, components.schemas);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return fc.constantFrom(...operations).chain(({ path, method, operation }) =>
    fc.record({
      method: fc.constant(method.toUpperCase()),
      path: anyAddress(path, operation, hostile),
      body: method === 'get' ? fc.constant(undefined) : anyBodyOf(path, operation, hostile),
      authorization: fc.oneof(
        { weight: 8, arbitrary: fc.constant('viewer' as const) },
        fc.constantFrom('none' as const, 'garbage' as const),
      ),
    }),
  );
}

function anyAddress(path: string, { parameters = [] }: Operation, hostile: Hostile): fc.Arbitrary<string> {
  const inPath = parameters.filter((each) => each.in === 'path');
  const inQuery = parameters.filter((each) => each.in === 'query');
  const ids = fc.record(
    Object.fromEntries(inPath.map(({ name, schema }) => [name, hostile.parameter(schema)])),
  );
  // A few at a time: with all of them one would always be invalid.
  const query = fc.record(
    Object.fromEntries(
      inQuery.map(
        ({ name, schema }) =>
          [name, fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, hostile.parameter(schema))] as const,
      ),
    ),
  );
  const strange = fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    fc.tuple(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 })),
  );
  return fc.tuple(ids, query, strange).map(([ids, query, more]) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(ids[name] ?? ''));
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null);
    const search = [...given, ...(more ? [more] : [])]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .join('&');
    return search ? `${filled}?${search}` : filled;
  });
}

const anyBodyOf = (path: string, operation: Operation, hostile: Hostile): fc.Arbitrary<string | undefined> =>
  path === MCP_PATH
    ? fc.oneof(anyMcpMessage(hostile), { weight: 2, arbitrary: anyBody(operation, hostile) })
    : anyBody(operation, hostile);

const anyBody = ({ requestBody }: Operation, hostile: Hostile): fc.Arbitrary<string | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: hostile.like(requestBody?.content['application/json']?.schema).map(json) },
    fc.string({ unit: codePoint, maxLength: 200 }),
    fc.constantFrom('{', '[', '{"a":', '"', '\u0000', '{"a":1}{"b":2}', undefined),
  );

/** OpenAPI does not describe the messages of the Model Context Protocol. */
const anyMcpMessage = (hostile: Hostile): fc.Arbitrary<string> =>
  fc
    .record({
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant('tools/call') },
        fc.constantFrom('tools/list', 'initialize', ''),
      ),
      name: fc.constantFrom(
        'list_channels',
        'read_channel',
        'search',
        'queue',
        'statistics',
        'gaps',
        'other',
      ),
      input: hostile.like({ type: 'object', properties: MCP_INPUT }),
    })
    .map(({ method, name, input }) =>
      json({ jsonrpc: '2.0', id: 1, method, params: { name, arguments: input } }),
    );

function isJsonRpcError(text: string): boolean {
  const { jsonrpc, error } = JSON.parse(text) as { jsonrpc?: unknown; error?: { message?: unknown } };
  return jsonrpc === '2.0' && typeof error?.message === 'string';
}

const json = (value: unknown): string => JSON.stringify(value) ?? '';

/** An unpaired surrogate cannot be part of a URL. */
const encoded = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''));

function send(
  url: string,
  token: string,
  { method, path, body, authorization }: AnyRequest,
): Promise<Response> {
  const bearer = { viewer: token, garbage: 'abc.def.ghi', none: undefined }[authorization];
  return patientFetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(path.startsWith(MCP_PATH) && { accept: 'application/json, text/event-stream' }),
    },
    ...(body !== undefined && { body }),
  });
}

/** The types of responses that may never end: their beginning suffices. */
const STREAMED = /^(text\/event-stream|application\/x-ndjson)/;

async function textOf(response: Response): Promise<string> {
  if (!STREAMED.test(response.headers.get('content-type') ?? '')) return await response.text();
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

async function inParallel<T>(items: T[], work: (item: T, worker: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (worker: number) => {
    while (next < items.length) await work(items[next++]!, worker);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, worker) => one(worker)));
}
