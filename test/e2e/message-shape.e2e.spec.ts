import { randomBytes } from 'node:crypto';
import type { Snowflake, WireHistoryMessage } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { Receiver } from '../../apps/gateway-api/src/testing/receiver.js';
import { SseClient } from '../../apps/gateway-api/src/testing/sse-client.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';
import { TestSocket } from '../support/clients/test-socket.js';

type Fields = Record<string, unknown>;

const WEBHOOK_ENV = {
  WEBHOOK_KEY: randomBytes(32).toString('base64'),
  WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
};
const ADA = {
  id: '1000000000000000004',
  username: 'ada',
  global_name: 'Ada',
  avatar: 'a1',
  discriminator: '0',
};
const elsewhere = { message_id: '1300000000000000009', channel_id: '1100000000000000009' };

/** Every kind of content that Discord sends, in its own shape. */
const KINDS: Record<string, Fields> = {
  text: { content: 'hello' },
  'an edited text': { content: 'hello', edited_timestamp: '2026-01-02T03:05:00.000000+00:00' },
  'a pinned text': { content: 'hello', pinned: true },
  'a text of a bot': { content: 'hello', author: { ...ADA, bot: true } },
  'an answer': { type: 19, content: 'yes', message_reference: { type: 0, ...elsewhere } },
  'a forward': {
    message_reference: { type: 1, ...elsewhere },
    message_snapshots: [{ message: { content: 'of another channel' } }],
  },
  mentions: { content: '<@1000000000000000005>', mentions: [{ ...ADA, id: '1000000000000000005' }] },
  'an attachment': {
    attachments: [
      {
        id: '1300000000000000005',
        filename: 'a.png',
        size: 9,
        url: 'https://cdn.example/a.png',
        width: 4,
        height: 5,
      },
    ],
  },
  'an embed': { embeds: [{ type: 'rich', title: 'Outage', fields: [{ name: 'since', value: '9:00' }] }] },
  components: { flags: 32_768, components: [{ type: 10, content: 'all that is said' }] },
  'a sticker': { sticker_items: [{ id: '1300000000000000006', name: 'wave', format_type: 1 }] },
  'a poll': {
    poll: {
      question: { text: 'Which?' },
      answers: [{ answer_id: 1, poll_media: { text: 'this', emoji: { id: null, name: '👍' } } }],
      expiry: '2026-01-03T00:00:00.000000+00:00',
      allow_multiselect: false,
      layout_type: 1,
    },
  },
  'a message of a webhook': { content: 'built', webhook_id: '1300000000000000007' },
  'a system message': { type: 7 },
  'a slash command': { type: 20, content: 'done', flags: 0, application_id: '1300000000000000008' },
};

/** An import would find that Discord does not have the messages that are only dispatched, and record their deletion. */
const IMPORTING_NOTHING = { BACKFILL_LIMIT: '0' };

describe('the shape of a message', () => {
  let temp: TempStack & { close(): Promise<void> };
  let receiver: Receiver;
  let socket: TestSocket;
  let stream: SseClient;
  let guildId: string;
  let channelId: string;

  beforeAll(async () => {
    receiver = await Receiver.start();
    temp = await openTempStack({
      progress: () => undefined,
      envOf: { 'gateway-api': WEBHOOK_ENV, ingestor: IMPORTING_NOTHING },
    });
    const guild = await temp.sim.createGuild('Shapes', [{ name: 'general' }]);
    guildId = guild.id;
    channelId = guild.channels[0]!.id;
    socket = await TestSocket.open(temp.url, temp.token);
    await until('the channel is projected', 20_000, async () => {
      const answer = await socket.socket.timeout(2_000).emitWithAck('join_channel', at());
      return answer.ok || undefined;
    });
    stream = await SseClient.open(`${temp.url}/api/stream?guild=${guildId}`, { token: temp.token });
    await stream.take(1, 'rooms_list');
    await call('POST', '/api/v1/webhooks', { guildId, url: receiver.url() });
  }, 120_000);

  afterAll(async () => {
    socket?.close();
    stream?.close();
    await temp?.close();
    await receiver?.stop();
  });

  const at = () => ({ channelId: channelId as Snowflake });

  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${temp.token}`, 'content-type': 'application/json' };
    const response = await fetch(temp.url + path, { method, headers, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** A message that Discord sends without a request. */
  async function dispatch(kind: Fields): Promise<Fields & { id: string }> {
    const { id } = await temp.sim.say(channelId, 'its id is used again', 'ada');
    const message = {
      id: String(BigInt(id) + 1n),
      channel_id: channelId,
      guild_id: guildId,
      author: ADA,
      content: '',
      timestamp: '2026-01-02T03:04:05.678000+00:00',
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      pinned: false,
      type: 0,
      flags: 0,
      ...kind,
    };
    await temp.sim.dispatch('MESSAGE_CREATE', message);
    return message;
  }

  /** The payload of an event on a socket, on a stream and at a webhook, without its position in the feed. */
  async function liveShapes(id: string, socketEvent: string, type: string): Promise<Record<string, Fields>> {
    const onSocket = await socket.event(socketEvent, (payload) => payload.id === id);
    const onStream = await until(`${type} on the stream`, 20_000, () =>
      stream.named(type).find(({ data }) => (data as Fields).id === id),
    );
    const posted = await until(`${type} at the webhook`, 20_000, () =>
      receiver.posted.find(({ body }) => body.type === type && body.data.id === id),
    );
    return {
      socket: unplaced(onSocket),
      stream: unplaced(onStream.data as Fields),
      webhook: unplaced(posted.body.data),
    };
  }

  /** The current message: alone, in a page, by search or on a socket. */
  async function readShapes(id: string): Promise<Record<string, Fields>> {
    const path = `/api/v1/channels/${channelId}/messages`;
    const { messages } = await call<{ messages: Fields[] }>('GET', `${path}?around=${id}&limit=3`);
    const history = await socket.socket
      .timeout(5_000)
      .emitWithAck('get_history', { ...at(), around: id as Snowflake, limit: 3 });
    if (!history.ok) throw new Error(history.error.message);
    const listed = history.messages as WireHistoryMessage[];
    const search = `/api/v1/search?guild=${guildId}&before=${BigInt(id) + 1n}&limit=1`;
    const found = await call<{ messages: Fields[] }>('GET', search);
    return {
      'one message': unplaced(await call<Fields>('GET', `${path}/${id}`)),
      'a page': unplaced(messages.find((each) => each.id === id)!),
      history: unplaced({ ...listed.find((each) => each.id === id)! }),
      search: unplaced(found.messages[0]!),
    };
  }

  it.each(Object.entries(KINDS))('%s is the same in every transport', async (_name, kind) => {
    const { id } = await dispatch(kind);
    const shapes = { ...(await liveShapes(id, 'message', 'message.created')), ...(await readShapes(id)) };
    const [first] = Object.values(shapes);
    expect(Object.keys(first!)).toEqual(expect.arrayContaining(['editedTimestamp', 'pinned', 'revision']));
    expect(shapes).toEqual(Object.fromEntries(Object.keys(shapes).map((name) => [name, first])));
  });

  it('an update, merged into its message, equals the message as it is read afterwards', async () => {
    const { id, ...before } = await dispatch(KINDS.text!);
    const created = await liveShapes(id, 'message', 'message.created');
    const edited_timestamp = '2026-01-02T03:06:00.000000+00:00';
    await temp.sim.dispatch('MESSAGE_UPDATE', {
      ...before,
      id,
      content: 'again',
      edited_timestamp,
      pinned: true,
    });
    const updated = await liveShapes(id, 'message_update', 'message.updated');
    expect(updated.socket).toMatchObject({ content: 'again', pinned: true, revision: 1 });
    const now = Object.entries(updated).map(([name, patch]) => ({ ...created[name], ...patch }));
    const read = Object.values(await readShapes(id));
    expect([...now, ...read]).toEqual(Array.from({ length: 7 }, () => now[0]));
  });

  it('a replay has every message, update, reaction and vote of the live channel, in the same order and shape', async () => {
    const { id } = await dispatch(KINDS.text!);
    const { id: userId } = await temp.sim.createUser('bob');
    const poll = await temp.sim.startPoll(channelId, 'Which?', ['this', 'that']);
    await temp.sim.vote(channelId, poll.id, 2, userId);
    const reaction = {
      user_id: userId,
      message_id: id,
      channel_id: channelId,
      guild_id: guildId,
      burst: false,
    };
    const emoji = { id: null, name: '👍' };
    await temp.sim.dispatch('MESSAGE_REACTION_ADD', { ...reaction, emoji });
    await temp.sim.dispatch('MESSAGE_REACTION_REMOVE', { ...reaction, emoji });
    await temp.sim.dispatch('MESSAGE_REACTION_REMOVE_ALL', reaction);
    // What was dispatched last is also the last to arrive.
    await socket.event('reaction_clear', ({ messageId }) => messageId === id);
    const live = shownBy(socket);
    const past = await replayed();
    expect(past.map(({ event, payload }) => [event, payload.seq])).toEqual(
      live.map(({ event, payload }) => [event, payload.seq]),
    );
    past.forEach(({ event, payload: { prev: _prev, replay: _replay, ...payload } }, i) => {
      const { prev: _livePrev, ...expected } = live[i]!.payload;
      // A live update omits what did not change.
      if (event === 'message_update') expect(payload).toMatchObject(expected);
      else expect(payload).toEqual(expected);
    });
    expect(foldedOf(past)).toEqual(foldedOf(live));
  });

  async function replayed() {
    const other = await TestSocket.open(temp.url, temp.token);
    try {
      const from = 'now-1h';
      const request = { channelId: channelId as Snowflake, from, speed: 1_000, skipQuiet: true };
      const answer = await other.socket.timeout(10_000).emitWithAck('replay_start', request);
      if (!answer.ok) throw new Error(answer.error.message);
      expect(await other.event('replay_ended')).toMatchObject({ reason: 'complete' });
      return shownBy(other);
    } finally {
      other.close();
    }
  }
});

const SHOWN = /^(message|message_update|message_delete|reaction_\w+)$/;

const shownBy = ({ received }: TestSocket) => received.filter(({ event }) => SHOWN.test(event));

/** The messages as a client has them after all events; an empty part of an update removes the part. */
function foldedOf(events: TestSocket['received']): Record<string, Fields> {
  const messages: Record<string, Fields> = {};
  for (const { event, payload } of events) {
    const { prev: _prev, replay: _replay, ...fields } = payload;
    if (event !== 'message' && event !== 'message_update') continue;
    const merged = { ...messages[String(fields.id)], ...fields };
    const parts = Object.entries(merged).filter(([name, value]) => !PARTS.has(name) || !isEmpty(value));
    messages[String(fields.id)] = Object.fromEntries(parts);
  }
  return messages;
}

const PARTS = new Set(['attachments', 'components', 'embeds', 'flags', 'mentions', 'stickers']);

/** Whether it is 0, or holds nothing. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).every(isEmpty) : !value;

/** Without its position in the feed, which depends on earlier events. */
function unplaced({ seq: _seq, prev: _prev, ...fields }: Fields): Fields {
  return fields;
}
