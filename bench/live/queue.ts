import {
  firstSnowflakeAt,
  type QueueUpdate,
  type RestQueuePage,
  type Snowflake,
} from '@discord-relay/contracts';
import { type Figures, type Measurement, summarize, until } from '@discord-relay/local-stack';
import { GUILD, VIEWER } from '@discord-relay/gateway-api/world';
import { io, type Socket } from 'socket.io-client';
import { HIGH_LIMITS } from '../../test/support/stacks/high-limits.js';
import { type GatewayStack, withGatewayStack } from './gateway-stack.js';

const THREADS = 5_000;
const MESSAGES_PER_THREAD = 8;
const FORUM = '7000' as Snowflake;
const STAFF_ROLE = '60' as Snowflake;
const STAFF = '801' as Snowflake;
const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');

/** The support queue of a guild with many threads: how long an answer takes while they change, and an update after the message. */
export const queue: Measurement = {
  name: 'queue',
  description: `ms of a page of the support queue over ${THREADS} threads after each change, and from a message to the update at a socket; --rounds: changes (200)`,
  required: {
    answerP95Ms: { max: 50 },
    viewerAnswerP95Ms: { max: 50 },
    updateP95Ms: { max: 1_000 },
    answersWrong: { equals: 0 },
    updatesMissed: { equals: 0 },
    ofFirstAnswer: { max: 1 },
  },
  run: ({ rounds = 200, progress }) =>
    withGatewayStack(HIGH_LIMITS, async (stack) => {
      await fillQueue(stack, THREADS);
      progress(`${THREADS} threads with ${MESSAGES_PER_THREAD} messages each`);
      return changes(stack, THREADS, rounds);
    }),
};

/** All threads wait: staff has answered once, and the member has written since. */
export async function fillQueue({ world }: GatewayStack, threads: number): Promise<void> {
  await world.access([
    { of: 'role', roleId: STAFF_ROLE, permissions: '0' },
    { of: 'member', userId: STAFF, roleIds: [STAFF_ROLE], timedOutUntil: null, left: false },
    { of: 'channel', channelId: FORUM, type: 15, parentId: null, overwrites: [], deleted: false },
  ]);
  await world.query(
    `INSERT INTO relay.queue_settings VALUES ($1, ARRAY[$2::bigint], ARRAY[$3::bigint], '{}', '{}', true, 1, 'bench')`,
    [GUILD, STAFF_ROLE, FORUM],
  );
  await world.query(
    `INSERT INTO channels (id, guild_id, type, name, parent_id, owner_id, archived, seq)
     SELECT $1::bigint + n::bigint * 4194304, $2, 11, 'question ' || n, $3, $4, false, 0 FROM generate_series(1, $5::int) n`,
    [firstSnowflakeAt(FIRST_MS), GUILD, FORUM, VIEWER, threads],
  );
  await world.query(
    `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, author, content, created_at, type, partial, seq)
     SELECT id + m * 419430400000, id, guild_id, CASE WHEN m = 2 THEN $2::bigint ELSE owner_id END, 'someone',
            '{"id": "1", "username": "someone"}', 'text', now(), 0, false, 0
     FROM channels, generate_series(1, $3::int) m WHERE parent_id = $1`,
    [FORUM, STAFF, MESSAGES_PER_THREAD],
  );
  await world.query('ANALYZE');
}

/** Staff answers thread after thread; after each answer the queue is read and the update is waited for. */
export async function changes(stack: GatewayStack, threads: number, rounds: number): Promise<Figures> {
  const { gateway, token } = stack;
  const viewerToken = await stack.viewerToken(VIEWER);
  const socket = io(gateway.url, { transports: ['websocket'], auth: { token }, forceNew: true });
  try {
    const updates = new Updates(socket);
    const first = await readQueue(gateway.url, token);
    await socket.timeout(60_000).emitWithAck('subscribe_queue', { guildId: GUILD });
    const [answers, viewerAnswers, updateMs] = [[] as number[], [] as number[], [] as number[]];
    let answersWrong = first.page.counts.waiting === threads ? 0 : 1;
    for (let n = 1; n <= rounds; n++) {
      const threadId = String(BigInt(firstSnowflakeAt(FIRST_MS)) + BigInt(n) * 4_194_304n) as Snowflake;
      const startedMs = performance.now();
      await answer(stack, threadId);
      for (const [reader, found] of [
        [token, answers],
        [viewerToken, viewerAnswers],
      ] as const) {
        const { page, tookMs } = await readQueue(gateway.url, reader);
        found.push(tookMs);
        if (page.counts.waiting !== threads - n || page.counts.answered !== n) answersWrong += 1;
      }
      updateMs.push((await updates.answeredAt(threadId)) - startedMs);
    }
    return {
      firstAnswerMs: first.tookMs,
      answerP50Ms: summarize(answers).p50,
      answerP95Ms: summarize(answers).p95,
      viewerAnswerP95Ms: summarize(viewerAnswers).p95,
      updateP95Ms: summarize(updateMs).p95,
      answersWrong,
      updatesMissed: rounds - updates.size,
      ofFirstAnswer: summarize(answers).p50 / first.tookMs,
    };
  } finally {
    socket.disconnect();
  }
}

/** When a socket received that a thread is answered. */
class Updates {
  private readonly atMs = new Map<string, number>();

  constructor(socket: Socket) {
    socket.on('queue_update', ({ entries }: QueueUpdate) => {
      for (const { id, state } of entries)
        if (state === 'answered' && !this.atMs.has(id)) this.atMs.set(id, performance.now());
    });
  }

  get size(): number {
    return this.atMs.size;
  }

  answeredAt(id: string): Promise<number> {
    return until(`the update of ${id}`, 60_000, () => this.atMs.get(id));
  }
}

async function readQueue(url: string, token: string): Promise<{ page: RestQueuePage; tookMs: number }> {
  const headers = { authorization: `Bearer ${token}` };
  const startedMs = performance.now();
  const response = await fetch(`${url}/api/v1/guilds/${GUILD}/queue?limit=50`, { headers });
  const page = (await response.json()) as RestQueuePage;
  return { page, tookMs: performance.now() - startedMs };
}

let answered = 0;

async function answer({ world }: GatewayStack, threadId: Snowflake): Promise<void> {
  const id = firstSnowflakeAt(FIRST_MS + 86_400_000 * 30 + answered++) as Snowflake;
  const author = { id: STAFF, username: 'helper' };
  await world.query(
    `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, author, content, created_at, type, partial, seq)
     VALUES ($1, $2, $3, $4, 'helper', $5, 'text', now(), 0, false, 0)`,
    [id, threadId, GUILD, STAFF, author],
  );
  const place = { channelId: threadId, serverId: GUILD };
  const body = { id, content: 'text', author, timestamp: new Date(FIRST_MS).toISOString(), ...place };
  await world.publishChange({ kind: 'message', body: body as never }, GUILD, threadId);
}
