import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTestClient, openTestPool } from '@discord-relay/local-stack';
import { REST } from '@discordjs/rest';
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import {
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayMessageCreateDispatchData,
} from 'discord-api-types/v10';
import { Server } from 'socket.io';

/**
 * Arguments: Discord's API URL, Postgres URL. The simplest program that shows what Discord says: it upserts each message, notifies in
 * the same statement, and emits what it is notified of to a Socket.IO room for each channel. No log, no order, no rights, no resumption.
 */
const [api, databaseUrl] = process.argv.slice(2);

const CREATE = `
  CREATE SCHEMA IF NOT EXISTS simplest;
  CREATE TABLE IF NOT EXISTS simplest.messages (
    id bigint PRIMARY KEY, channel_id bigint NOT NULL, author_id bigint NOT NULL, content text NOT NULL)`;
const STORE = `
  WITH stored AS (
    INSERT INTO simplest.messages (id, channel_id, author_id, content) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET content = excluded.content RETURNING id)
  SELECT pg_notify('simplest', $5) FROM stored`;

/** The default of pg. */
const CONNECTIONS = 10;
const pool = openTestPool(databaseUrl!, CONNECTIONS);
await pool.query(CREATE);

const http = createServer();
const io = new Server(http, { perMessageDeflate: false, serveClient: false });
io.on('connection', (socket) =>
  socket.on('join_channel', ({ channelId }: { channelId: string }, ack: (answer: object) => void) => {
    void socket.join(channelId);
    ack({ ok: true });
  }),
);

const listener = await openTestClient(databaseUrl!);
listener.on('notification', ({ payload }) => {
  const message = JSON.parse(payload!) as { channelId: string };
  io.to(message.channelId).emit('message', message);
});
await listener.query('LISTEN simplest');

function store({ id, channel_id: channelId, author, content }: GatewayMessageCreateDispatchData) {
  const message = { id, channelId, author: { id: author.id, username: author.username }, content };
  return pool.query(STORE, [id, channelId, author.id, content, JSON.stringify(message)]);
}

const gateway = new WebSocketManager({
  token: 'simplest',
  intents: GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent,
  rest: new REST({ version: '10', api }).setToken('simplest'),
  shardCount: 1,
});
// A message that cannot be stored ends the program: the bench would wait for it in vain.
gateway.on(WebSocketShardEvents.Dispatch, ({ data }) => {
  if (data.t === GatewayDispatchEvents.MessageCreate) void store(data.d);
});
const ready = once(gateway, WebSocketShardEvents.Ready);
await gateway.connect();
await ready;

http.listen(0, '127.0.0.1');
await once(http, 'listening');
process.send!((http.address() as AddressInfo).port);
process.on('disconnect', () => process.exit(0));
