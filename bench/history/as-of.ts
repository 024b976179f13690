import { firstSnowflakeAt, type RestMessagePage } from '@discord-relay/contracts';
import { type Figures, type Measurement, type Random, seeded, summarize } from '@discord-relay/local-stack';
import { GUILD, VIEWER } from '@discord-relay/gateway-api/world';
import { type GatewayStack, withGatewayStack } from '../live/gateway-stack.js';

/** One reader sends all requests. */
export const READ_LIMITS = { HTTP_REQUESTS_PER_S: '100000', HTTP_REQUESTS_PER_S_PER_ADDRESS: '1000000' };

const MESSAGES = 1_000_000;
const PAGE = 50;
const WARM_UP = 20;
const CHANNEL = '1001';
const FIRST_MS = Date.parse('2025-01-01T00:00:00Z');
/** Between two messages. */
const EVERY_MS = 30_000;
const EDITED_EVERY = 10;
const DELETED_EVERY = 97;
/** An edit follows after so many messages, a deletion after twice as many. */
const CHANGED_AFTER = 1_000;

/** Message `n`, from 1, is created by event `2 n`; edits and deletions have the odd sequences in between. */
const createdSeq = (n: number): number => 2 * n;
const isEdited = (n: number): boolean => n % EDITED_EVERY === 0;
const isDeleted = (n: number): boolean => n % DELETED_EVERY === 0;
const editSeq = (n: number): number => 2 * (n + CHANGED_AFTER) + 1;
const deletionSeq = (n: number): number => 2 * (n + 2 * CHANGED_AFTER) + 1;
const idOf = (n: number): bigint => BigInt(firstSnowflakeAt(FIRST_MS)) + BigInt(n * EVERY_MS) * 4_194_304n;

/** Pages of a long channel as they were at random points, at their newest message and in the middle, beside current pages. */
export const asOf: Measurement = {
  name: 'as-of',
  description: `ms of a page of a channel of ${MESSAGES} messages, a tenth of them edited, as of a random sequence; --rounds: pages of each kind (300)`,
  required: {
    newestP95Ms: { max: 50 },
    middleP95Ms: { max: 50 },
    viewerP95Ms: { max: 50 },
    pagesWrong: { equals: 0 },
  },
  run: ({ seed, rounds = 300, progress }) =>
    withGatewayStack(READ_LIMITS, async (stack) => {
      await fillChannel(stack, MESSAGES);
      progress(`${MESSAGES} messages, ${MESSAGES / EDITED_EVERY} edits`);
      return readPages(stack, MESSAGES, rounds, seeded(seed));
    }),
};

const SERIES = 'generate_series(1, $1::bigint) n';
const ID = `$2::bigint + n * ${EVERY_MS} * 4194304`;
const AT = `$3::timestamptz + n * interval '${EVERY_MS} ms'`;
const OLD = `jsonb_build_object('id', m.id, 'channel_id', m.channel_id, 'guild_id', m.guild_id, 'author_id', m.author_id,
  'author_username', m.author_username, 'author', m.author, 'content', 'first ' || n, 'created_at', m.created_at, 'type', 0,
  'flags', 0, 'pinned', false, 'attachments', '[]'::jsonb, 'embeds', '[]'::jsonb, 'revision', 0, 'partial', false,
  'created_seq', 2 * n, 'content_seq', 2 * n, 'seq', 2 * n)`;

/** The rows that the projection of such a channel has. */
export async function fillChannel({ world }: GatewayStack, messages: number): Promise<void> {
  const place = [messages, idOf(0), new Date(FIRST_MS).toISOString()];
  const edited = `n % ${EDITED_EVERY} = 0`;
  const deleted = `n % ${DELETED_EVERY} = 0`;
  await world.query(
    `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, author, content, created_at, edited_at, type,
       flags, pinned, attachments, embeds, revision, partial, deleted_at, created_seq, content_seq, seq)
     SELECT ${ID}, ${CHANNEL}, ${GUILD}, CASE WHEN NOT ${deleted} THEN 7 END, 'ada', '{"id": "7", "username": "ada"}',
       CASE WHEN ${deleted} THEN NULL WHEN ${edited} THEN 'second ' || n ELSE 'first ' || n END, ${AT},
       CASE WHEN ${edited} THEN ${AT} END, 0, 0, false, '[]', '[]', (${edited})::int, false, CASE WHEN ${deleted} THEN ${AT} END,
       2 * n, CASE WHEN ${edited} THEN ${editSeq(0)} + 2 * n ELSE 2 * n END, CASE WHEN ${deleted} THEN ${deletionSeq(0)} + 2 * n WHEN ${edited} THEN ${editSeq(0)} + 2 * n ELSE 2 * n END
     FROM ${SERIES}`,
    place,
  );
  await world.query(
    `INSERT INTO message_versions (message_id, until_seq, channel_id, before)
     SELECT m.id, ${editSeq(0)} + 2 * n, m.channel_id, ${OLD}
     FROM ${SERIES} JOIN messages m ON m.id = ${ID} WHERE ${edited} AND NOT ${deleted} AND $3::text <> ''`,
    place,
  );
  await world.query(
    `INSERT INTO stream_positions
     SELECT ${GUILD}, hour, min(2 * n) FROM (SELECT n, date_trunc('hour', ${AT}) AS hour FROM ${SERIES}) each
     WHERE $2::bigint > 0 GROUP BY hour`,
    place,
  );
  await world.query(
    `INSERT INTO checkpoints (partition, seq, epoch, lease_until, updated_at)
     SELECT p, $1::bigint, 1, now(), now() FROM generate_series(0, 7) p`,
    [deletionSeq(messages)],
  );
  await world.query('VACUUM ANALYZE');
}

interface Request {
  seq: number;
  /** The page is before this message; null: the newest page. */
  before: number | null;
}

/** Reads pages and compares each with what it must contain. */
export async function readPages(
  stack: GatewayStack,
  messages: number,
  rounds: number,
  random: Random,
): Promise<Figures> {
  const viewer = await stack.viewerToken(VIEWER);
  const seq = () => random.between(createdSeq(Math.ceil(messages / 20)), createdSeq(messages));
  const newest = (): Request => ({ seq: seq(), before: null });
  const middle = (): Request => ({ seq: seq(), before: random.between(PAGE * 2, messages) });
  const reads = { pagesWrong: 0 };
  const p95 = async (token: string, request: () => Request) => {
    const tookMs: number[] = [];
    for (let i = 0; i < rounds + WARM_UP; i++)
      tookMs.push(await read(stack, token, request(), messages, reads));
    return summarize(tookMs.slice(WARM_UP)).p95;
  };
  return {
    newestP95Ms: await p95(stack.token, newest),
    middleP95Ms: await p95(stack.token, middle),
    viewerP95Ms: await p95(viewer, middle),
    currentP95Ms: await p95(stack.token, () => ({ seq: NaN, before: random.between(PAGE * 2, messages) })),
    pagesWrong: reads.pagesWrong,
  };
}

async function read(
  stack: GatewayStack,
  token: string,
  request: Request,
  messages: number,
  reads: { pagesWrong: number },
): Promise<number> {
  const { seq, before } = request;
  const query = new URLSearchParams({
    limit: String(PAGE),
    ...(before !== null && { before: String(idOf(before)) }),
    ...(!Number.isNaN(seq) && { asOf: String(seq) }),
  });
  const startedMs = performance.now();
  const response = await fetch(`${stack.gateway.url}/api/v1/channels/${CHANNEL}/messages?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const page = (await response.json()) as RestMessagePage;
  const tookMs = performance.now() - startedMs;
  const expected = expectedLines(request, messages, token === stack.token);
  if (JSON.stringify(linesOf(page)) !== JSON.stringify(expected)) reads.pagesWrong += 1;
  return tookMs;
}

const linesOf = ({ messages, asOf }: Partial<RestMessagePage>): string[] =>
  [
    ...(messages ?? []).map(({ id, content }) => `${id} ${content}`),
    ...(asOf?.deleted ?? []).map(({ id }) => `${id} deleted`),
  ].sort();

/** The page that a fold of the events up to `seq` gives; viewers do not get texts that an edit replaced. */
function expectedLines({ seq, before }: Request, messages: number, seesReplaced: boolean): string[] {
  const isNow = Number.isNaN(seq);
  const lines: string[] = [];
  for (
    let n = Math.min(before === null ? messages : before - 1, isNow ? messages : Math.floor(seq / 2));
    n > 0;
    n--
  ) {
    if (lines.length === PAGE) break;
    if (isDeleted(n) && (isNow || deletionSeq(n) <= seq)) continue;
    const edited = isEdited(n) && (isNow || editSeq(n) <= seq);
    const original = isEdited(n) && !seesReplaced ? '' : `first ${n}`;
    lines.push(`${idOf(n)} ${isDeleted(n) ? 'deleted' : edited ? `second ${n}` : original}`);
  }
  return lines.sort();
}
