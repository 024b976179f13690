import { connect as connectTcp } from 'node:net';
import { LOG_STREAM, type Snowflake } from '@discord-relay/contracts';
import { openTestClient, until } from '@discord-relay/local-stack';
import { lockProjections } from '@discord-relay/read-model';
import { jetstreamManager } from '@nats-io/jetstream';
import { TestSocket } from '../clients/test-socket.js';
import { planted } from './planted.js';
import { JWT_SECRET, type SecretsWorld } from './secrets-world.js';
import { signToken } from '../stacks/temp-stack.js';

const VIEW_CHANNEL = '1024';
const READ_MESSAGE_HISTORY = '65536';
const ENDPOINTS_OF_GUILD = 50;

/** Repeats the request until its answer has the code. */
export async function provoke(
  world: SecretsWorld,
  code: string,
  request: () => Promise<Response>,
): Promise<void> {
  await until(code, 30_000, async () => {
    const text = await (await request()).text();
    world.outputs.push([code, text]);
    return text.includes(code) || undefined;
  });
}

export async function provokeByTokens(world: SecretsWorld): Promise<void> {
  const made = await world.post('tokens', { name: 'revoked', role: 'analyst' });
  const { id, token } = (await made.json()) as { id: string; token: string };
  await fetch(`${world.gateway.url}/api/v1/tokens/${id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${world.admin}` },
  });
  await provoke(world, 'AUTH.TOKEN_REVOKED', () => world.get('guilds', token));
}

export async function provokeByAbsence(world: SecretsWorld): Promise<void> {
  const { channelId } = world.ids;
  await provoke(world, 'MESSAGE.NOT_FOUND', () => world.get(`channels/${channelId}/messages/1`));
  await provoke(world, 'ATTACHMENT.NOT_FOUND', () => world.get('attachments/1/1'));
  await provoke(world, 'REQUEST.METHOD_NOT_ALLOWED', () =>
    fetch(`${world.gateway.url}/api/v1/events/durable?token=${planted('method')}`, { method: 'PUT' }),
  );
  await provoke(world, 'SOCKET.WEBSOCKET_ONLY', () =>
    fetch(`${world.gateway.url}/socket.io/?EIO=4&transport=polling&token=${planted('polling')}`),
  );
}

/** The log begins with a later event than the offset. */
export async function provokeByRetention(world: SecretsWorld): Promise<void> {
  await world.withLog(async (connection) => {
    const { streams } = await jetstreamManager(connection);
    await streams.purge(LOG_STREAM, { seq: 2 });
  });
  const head = await fetch(`${world.gateway.url}/api/v1/events/durable`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${world.admin}` },
  });
  const offset = head.headers.get('stream-next-offset')!.replace(/\d+$/, '0'.repeat(16));
  await provoke(world, 'EVENTS.NOT_KEPT', () => world.get(`events/durable?offset=${offset}`));
}

/** A member who may not read the history, and later may not see the channel at all. */
export async function provokeByRights(world: SecretsWorld): Promise<void> {
  const { guildId, channelId } = world.ids;
  const viewer = await world.sim.newMember(guildId, 'viewer');
  const token = await signToken(JWT_SECRET, { role: 'viewer', sub: viewer });
  const overwrite = (allow: string, deny: string) =>
    world.sim.overwrite(channelId, [{ id: viewer, type: 1, allow, deny }]);
  await overwrite(VIEW_CHANNEL, READ_MESSAGE_HISTORY);
  await provoke(world, 'CHANNEL.HISTORY_FORBIDDEN', () => world.get(`channels/${channelId}/messages`, token));
  await overwrite(VIEW_CHANNEL, '0');
  await until('the channel is readable', 30_000, async () => {
    return (await world.get(`channels/${channelId}/messages`, token)).ok || undefined;
  });
  const client = await TestSocket.open(world.gateway.url, token);
  client.socket.emit('join_channel', { channelId: channelId as Snowflake }, () => undefined);
  await client.event('messages_bulk');
  await overwrite('0', VIEW_CHANNEL);
  const lost = await client.event('unsubscribed');
  world.outputs.push(['access lost', JSON.stringify(lost)]);
  client.close();
  await overwrite('0', '0');
}

/** Exceeds the limits of the gateway whose limits are lowest. */
export async function provokeByLimits(world: SecretsWorld): Promise<void> {
  const { admin, strict, ids } = world;
  const headers = { authorization: `Bearer ${admin}` };
  await provoke(world, 'WEBHOOK.NOT_CONFIGURED', () => fetch(`${strict.url}/api/v1/webhooks`, { headers }));
  const client = await TestSocket.open(strict.url, admin);
  const second = await TestSocket.open(strict.url, admin).catch((error: Error & { data?: unknown }) => error);
  const refusal = second as Error & { data?: unknown };
  world.outputs.push(['second socket', `${refusal.message} ${JSON.stringify(refusal.data)}`]);
  const channels = (await (await world.get(`guilds/${ids.guildId}/channels`)).json()) as { id: Snowflake }[];
  for (const { id } of channels)
    client.socket.emit('join_channel', { channelId: id }, (answer: unknown) =>
      world.outputs.push(['joined', JSON.stringify(answer)]),
    );
  await until('a refused join', 30_000, () => outputOf(world).includes('TOO_MANY_CHANNELS') || undefined);
  await provokeByReplays(world, client, channels[0]!.id);
  client.close();
  await sendSlowly(world);
  await provoke(world, 'REQUEST.RATE_LIMITED', () => fetch(`${strict.url}/api/v1/guilds`, { headers }));
}

/** Starts replays until one is refused, and commands one that does not exist. */
async function provokeByReplays(
  { outputs }: SecretsWorld,
  { socket }: TestSocket,
  channelId: Snowflake,
): Promise<void> {
  await until('a refused replay', 30_000, async () => {
    const answer = await socket.timeout(10_000).emitWithAck('replay_start', { channelId, from: 'now-1h' });
    outputs.push(['replay', JSON.stringify(answer)]);
    return (!answer.ok && answer.error.code === 'REPLAY.TOO_MANY') || undefined;
  });
  const answer = await socket.timeout(10_000).emitWithAck('replay_stop', { id: crypto.randomUUID() });
  outputs.push(['replay', JSON.stringify(answer)]);
}

const outputOf = ({ outputs }: SecretsWorld): string => outputs.map(([, text]) => text).join('\n');

/** A body that does not arrive. */
async function sendSlowly({ strict, admin, outputs }: SecretsWorld): Promise<void> {
  let received = '';
  const socket = connectTcp(strict.options.port, '127.0.0.1');
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  socket.write(
    `POST /api/v1/webhooks?key=${planted('slow')} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${admin}\r\n` +
      `Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"url": "${planted('slow')}`,
  );
  await until('the refusal', 30_000, () => received.includes('REQUEST.TOO_SLOW') || undefined);
  outputs.push(['slow body', received]);
  socket.destroy();
}

export async function provokeByWebhooks(world: SecretsWorld): Promise<void> {
  const { guildId } = world.ids;
  const create = () => world.post('webhooks', { guildId, url: `http://127.0.0.1:1/${planted('hook')}` });
  const createdId = async () => ((await (await create()).json()) as { id: string }).id;
  const [first, second] = [await createdId(), await createdId()];
  const path = `webhooks/${first}`;
  await world.sql(
    `INSERT INTO relay.webhook_deliveries (endpoint_id, seq, part, type, state, attempts)
     VALUES ('${first}', 999999999, 0, 'message.created', 'dead', 1)`,
  );
  const delivery = encodeURIComponent(`${first}:999999999:0`);
  await provoke(world, 'WEBHOOK.EVENT_GONE', () =>
    world.post(`${path}/deliveries/${delivery}/redeliver`, {}),
  );
  await world.sql(
    `UPDATE relay.webhook_endpoints SET secrets =
       (SELECT secrets FROM relay.webhook_endpoints WHERE id = '${second}') WHERE id = '${first}'`,
  );
  await provoke(world, 'WEBHOOK.SECRET_UNREADABLE', () => world.post(`${path}/test`, {}));
  for (let n = 0; n < ENDPOINTS_OF_GUILD; n++) await create();
  await provoke(world, 'WEBHOOK.TOO_MANY', create);
  await world.sql('DELETE FROM relay.webhook_endpoints');
}

/** A search that must wait for a lock, a table without a column that is read, and a lock of another operator. */
export async function provokeByDatabase(world: SecretsWorld): Promise<void> {
  const { guildId, channelId } = world.ids;
  const holder = await openTestClient(world.database.url);
  await holder.query('BEGIN; LOCK TABLE projection_v1.messages IN ACCESS EXCLUSIVE MODE');
  await provoke(world, 'SEARCH.TOO_BROAD', () =>
    world.get(`search?guild=${guildId}&q=${planted('searched')}`),
  );
  await holder.query('ROLLBACK');
  await holder.end();
  const rename = (from: string, to: string) =>
    world.sql(`ALTER TABLE projection_v1.messages RENAME COLUMN ${from} TO ${to}`);
  await rename('content', 'content_2');
  await provoke(world, 'SERVICE.INTERNAL', () => world.get(`channels/${channelId}/messages`));
  await rename('content_2', 'content');
  const lock = (await lockProjections(world.database.url))!;
  await lock.during(() => world.relay(['projections', 'drop', '99']));
  await world.relay(['projections', 'drop', '1']);
  await world.relay(['projections', 'drop', '99']);
}
