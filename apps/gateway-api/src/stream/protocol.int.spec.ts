import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import {
  type ChangeBody,
  type ModerationEntry,
  type Snowflake,
  PUBLIC_EVENT_TYPES,
} from '@discord-relay/contracts';
import { EventLog } from '../testing/event-log.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { LiveProtocol } from '../testing/live-protocol.js';
import { SocketClient } from '../testing/socket-client.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

const ROOM = '1003' as Snowflake;
const NEW_ROOM = '1004' as Snowflake;
const USER = '9' as Snowflake;

let gateway: TestGateway;
let protocol: LiveProtocol;
let token: string;
let log: EventLog;

beforeAll(async () => {
  protocol = await LiveProtocol.read();
  gateway = await startGateway({
    POSITION_INTERVAL_MS: '100',
    SOCKET_REQUESTS_PER_S: '2',
    STREAM_HEARTBEAT_MS: '200',
  });
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
  await gateway.world.query(QUEUE, [GUILD, CHANNEL]);
  await gateway.world.query(GAP, [GUILD]);
  log = await EventLog.create(gateway.nats.url, gateway.world);
  await log.say();
  for (const id of [ROOM, NEW_ROOM])
    await gateway.world.query(
      `INSERT INTO channels (id, guild_id, type, name, position, overwrites, user_limit, seq)
       VALUES ($1, $2, 2, 'Lounge', 2, '[]', 5, 0)`,
      [id, GUILD],
    );
});
afterAll(async () => {
  await log.close();
  await gateway.stop();
});

const QUEUE = `
  INSERT INTO relay.queue_settings (guild_id, staff_role_ids, channel_ids, message_channel_ids, solved_tag_ids,
                                    solved_when_archived, revision, updated_by)
  VALUES ($1, '{}', '{}', ARRAY[$2::bigint], '{}', true, 1, 'test')`;

/** VIEW_CHANNEL, READ_MESSAGE_HISTORY and CONNECT. */
const READING = 1_115_136n;
const VIEW_AUDIT_LOG = 1n << 7n;

const DELETION: ModerationEntry = {
  ...{ id: '1', guildId: GUILD, kind: 'message_delete', at: '2026-01-02T03:04:06.000Z' },
  ...{ moderatorId: USER, targetId: USER, channelId: CHANNEL, reason: 'spam', until: null, count: 1 },
  ...{ addedRoleIds: null, removedRoleIds: null, ruleId: null, ruleName: null },
};

/** One change of every kind. After the last one only its author may see the channel. */
async function causeEveryEvent(): Promise<number> {
  const { world } = gateway;
  const publish = (change: ChangeBody, channelId: Snowflake | null = null) =>
    world.publishChange(change, GUILD, channelId);
  const { id } = (await world.say()).body as { id: Snowflake };
  const message = { id, channelId: CHANNEL, serverId: GUILD };
  const reaction = { messageId: id, channelId: CHANNEL, serverId: GUILD, emoji: { id: null, name: '👍' } };
  const room = { id: NEW_ROOM, name: 'Lounge', type: 2, serverId: GUILD };
  const voice = { guildId: GUILD, userId: USER, username: 'ada', avatar: null };
  const permissions = String(READING | VIEW_AUDIT_LOG);
  await world.access([{ of: 'role', roleId: GUILD, permissions }]);
  await publish({ kind: 'moderation.recorded', body: DELETION });
  const edit = { content: 'edited', editedTimestamp: '2026-01-02T03:04:06.000Z' };
  await publish({ kind: 'message_update', body: { ...message, ...edit } }, CHANNEL);
  await publish({ kind: 'reaction_add', body: { ...reaction, userId: USER, burst: false } }, CHANNEL);
  await publish({ kind: 'reaction_remove', body: { ...reaction, userId: USER, burst: false } }, CHANNEL);
  await publish({ kind: 'reaction_clear', body: { ...reaction, emoji: null } }, CHANNEL);
  await world.bulkDelete([id]);
  await world.rename('renamed');
  const details = { created: true, parentId: null, userLimit: 5 };
  await publish({ kind: 'channel_update', body: { ...room, deleted: false, room: details } });
  await publish({ kind: 'voice_joined', body: { ...voice, channelId: NEW_ROOM } });
  await publish({ kind: 'voice_moved', body: { ...voice, channelId: ROOM, fromChannelId: NEW_ROOM } });
  await publish({ kind: 'voice_left', body: { guildId: GUILD, userId: USER, fromChannelId: ROOM } });
  await publish({ kind: 'channel_update', body: { ...room, deleted: true } });
  const hidden = { of: 'channel', channelId: CHANNEL, type: 0, parentId: null, deleted: false } as const;
  const overwrites = [{ id: GUILD, type: 'role' as const, allow: '0', deny: '1024' }];
  return (await world.access([{ ...hidden, overwrites }])).seq;
}

/** Sends requests of every kind with acknowledgements, and more than the rate limit allows. */
async function sendEveryRequest(client: SocketClient): Promise<string[]> {
  const requests: [string, ...unknown[]][] = [
    ['get_channels'],
    ['join_channel', { channelId: CHANNEL, limit: 10 }],
    ['join_channel', { channelId: '999' }],
    ['get_history', { channelId: CHANNEL, limit: 5 }],
    ['subscribe_rooms', { guildId: GUILD }],
    ['subscribe_queue', { guildId: GUILD }],
    ['refresh_token', { token }],
    ['join_channel', { channelId: OTHER_CHANNEL, after: 0 }],
    ['leave_channel', { channelId: OTHER_CHANNEL }],
  ];
  const problems: string[] = [];
  for (const [name, ...args] of requests) {
    problems.push(...protocol.problemsOf('socket', name, args[0]));
    problems.push(...protocol.problemsOf('socket', `${name}_ack`, await client.request(name, ...args)));
  }
  return problems;
}

/** Sends every request for a replay, whose events arrive until it has ended. */
async function replayOnce(client: SocketClient): Promise<string[]> {
  const problems: string[] = [];
  const send = async (name: string, body: object) => {
    const answer = await client.request(name, body);
    problems.push(...protocol.problemsOf('socket', name, body));
    problems.push(...protocol.problemsOf('socket', `${name}_ack`, answer));
    return answer as { id?: string };
  };
  const { id } = await send('replay_start', { channelId: CHANNEL, from: 'now-3h', limit: 5 });
  await send('replay_pause', { id });
  await send('replay_seek', { id, at: 'now-2h' });
  await send('replay_speed', { id, speed: 1_000, skipQuiet: true });
  await send('replay_resume', { id });
  await client.waitFor('replay_skipped');
  await client.waitFor('replay_ended');
  await send('replay_stop', { id });
  return problems;
}

const GAP = `
  INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, closed_at, unrecoverable, seq)
  VALUES ('a:b', $1, 'session_lost', now(), now() - interval '30 minutes', now() - interval '20 minutes', now(), '{typing}', 1)`;

describe('docs/asyncapi.yaml', () => {
  it('docs/asyncapi.yaml is valid AsyncAPI', async () => {
    const specs = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json');
    const ajv = new Ajv({ strict: false, meta: false, logger: false });
    (addFormats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
    const validate = ajv.compile(JSON.parse(await readFile(specs, 'utf8')) as object);
    expect([validate(protocol.document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...protocol.document, channels: { socket: { messages: 1 } } })).toBe(false);
    expect(protocol.unusedTypes()).toEqual([]);
  });

  it('docs/asyncapi.yaml names every parameter of a stream', () => {
    const names = protocol.names('stream').map((name) => name.replace('_', '.'));
    expect(names).toEqual(expect.arrayContaining([...PUBLIC_EVENT_TYPES]));
  });

  it('docs/asyncapi.yaml describes every event and acknowledgement, to the last field', async () => {
    const stream = await SseClient.open(
      `${gateway.url}/api/stream?guild=${GUILD}&channels=${CHANNEL},${ROOM},${NEW_ROOM}`,
      {
        token,
        lastEventId: 'unknown',
      },
    );
    const client = new SocketClient(gateway.url, { token });
    await client.connected();
    await stream.take(1, 'rooms_list');
    const requests = [...(await sendEveryRequest(client)), ...(await replayOnce(client))];
    await gateway.world.say();
    await Promise.all([client.waitFor('queue_update'), stream.take(1, 'queue.updated')]);
    const last = await causeEveryEvent();
    await stream.reach(last);
    await client.waitFor('unsubscribed');
    await client.waitFor('position');
    const leave = () => client.request('unsubscribe_rooms', { guildId: GUILD });
    const left = await Promise.all(Array.from({ length: 25 }, leave));
    await client.waitFor('rate_limited');
    client.close();
    stream.close();

    const received = client.received.flatMap(({ event, payload }) =>
      protocol.problemsOf('socket', event, payload),
    );
    const streamed = stream.events.flatMap(({ event, data }) =>
      protocol.problemsOf('stream', event.replace('.', '_'), data),
    );
    expect([...requests, ...received, ...streamed]).toEqual([]);
    expect(left.flatMap((ack) => protocol.problemsOf('socket', 'unsubscribe_rooms_ack', ack))).toEqual([]);

    const onSocket = new Set<string>(client.received.map(({ event }) => event));
    const events = protocol.names('socket').filter((name) => !isRequest(name));
    const others = ['typing', 'presence', 'lagging', 'reconnect'];
    expect(events.filter((name) => !onSocket.has(name))).toEqual(others);
    const onStream = new Set(stream.events.map(({ event }) => event.replace('.', '_')));
    expect(protocol.names('stream').filter((name) => !onStream.has(name))).toEqual(['error']);
  });

  it('the check against docs/asyncapi.yaml notices an additional field and a missing one', () => {
    expect(protocol.problemsOf('socket', 'user_info', { id: '1', role: 'viewer' })).toEqual([]);
    expect(protocol.problemsOf('socket', 'user_info', { id: '1', role: 'viewer', token: 'x' })).toHaveLength(
      1,
    );
    expect(protocol.problemsOf('stream', 'voice_left', { guildId: '1', channelId: null })).toHaveLength(1);
    expect(protocol.problemsOf('stream', 'whatever', {})).toEqual(['whatever is not documented']);
  });
});

const isRequest = (name: string): boolean =>
  protocol.names('socket').includes(`${name}_ack`) || name.endsWith('_ack');
