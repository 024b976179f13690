import type { AccessChange, OverwriteState, Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { CONNECT, MANAGE_THREADS, READ_MESSAGE_HISTORY, VIEW_CHANNEL } from '../access/permissions.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER } from '../testing/world.js';

const ADA = '601' as Snowflake;
const BOB = '602' as Snowflake;
const READING = VIEW_CHANNEL | READ_MESSAGE_HISTORY | CONNECT;

type MemberChange = Extract<AccessChange, { of: 'member' }>;
type ChannelChange = Extract<AccessChange, { of: 'channel' }>;

/** Changes of one guild with its own ids. */
class Place {
  readonly guildId: Snowflake;
  readonly text: Snowflake;
  readonly hidden: Snowflake;
  readonly thread: Snowflake;
  readonly roleId: Snowflake;

  constructor(n: number) {
    [this.guildId, this.text, this.hidden, this.thread, this.roleId] = [0, 1, 2, 3, 4].map((kind) =>
      String(10_000 + 10 * n + kind),
    ) as [Snowflake, Snowflake, Snowflake, Snowflake, Snowflake];
  }

  guild = (ownerId: Snowflake | null, left = false): AccessChange => ({ of: 'guild', ownerId, left });
  everyone = (bits: bigint): AccessChange => ({
    of: 'role',
    roleId: this.guildId,
    permissions: String(bits),
  });
  role = (bits: bigint | null): AccessChange => ({
    ...{ of: 'role', roleId: this.roleId },
    permissions: bits === null ? null : String(bits),
  });
  member = (change: Partial<MemberChange> = {}): AccessChange => ({
    ...{ of: 'member', userId: ADA },
    ...MEMBER,
    ...change,
  });
  channel = (channelId: Snowflake, change: Partial<ChannelChange> = {}): AccessChange => ({
    ...{ of: 'channel', channelId, type: 0, parentId: null, overwrites: [], deleted: false },
    ...change,
  });
  privateThread = (change: Partial<ChannelChange> = {}): AccessChange =>
    this.channel(this.thread, { type: 12, parentId: this.text, overwrites: null, ...change });
  inThread = (isIn: boolean): AccessChange => ({
    of: 'thread_members',
    threadId: this.thread,
    added: isIn ? [ADA] : [],
    removed: isIn ? [] : [ADA],
  });
  deny = (id: Snowflake, bits = VIEW_CHANNEL): OverwriteState => ({
    ...{ id, type: id === ADA ? 'member' : 'role' },
    ...{ allow: '0', deny: String(bits) },
  });
  allow = (id: Snowflake, bits = VIEW_CHANNEL): OverwriteState => ({
    ...this.deny(id, 0n),
    allow: String(bits),
  });

  /** Ada may read the channel, and another one is hidden from everyone. */
  get foundation(): AccessChange[] {
    return [
      this.everyone(READING),
      this.member(),
      this.channel(this.text),
      this.channel(this.hidden, { overwrites: [this.deny(this.guildId)] }),
    ];
  }
}

interface Loss {
  /** The state from which the channel can be lost in this way. */
  before?: (at: Place) => AccessChange[];
  loss: (at: Place) => AccessChange[];
  /** The channel that is joined; default: the text channel. */
  where?: (at: Place) => Snowflake;
}

const thread = (at: Place) => at.thread;
const later = () => new Date(Date.now() + 3_600_000).toISOString();
const onlyForTheRole = (at: Place) => [
  at.role(0n),
  at.member({ roleIds: [at.roleId] }),
  at.channel(at.text, { overwrites: [at.deny(at.guildId), at.allow(at.roleId)] }),
];

const LOSSES: Record<string, Loss> = {
  'a role taken from the member': { before: onlyForTheRole, loss: (at) => [at.member()] },
  'a role that is deleted': { before: onlyForTheRole, loss: (at) => [at.role(null)] },
  'other permissions of a role': {
    before: (at) => [at.everyone(0n), at.role(READING), at.member({ roleIds: [at.roleId] })],
    loss: (at) => [at.role(READ_MESSAGE_HISTORY)],
  },
  'other permissions of @everyone': { loss: (at) => [at.everyone(CONNECT)] },
  'an overwrite for the member': { loss: (at) => [at.channel(at.text, { overwrites: [at.deny(ADA)] })] },
  'an overwrite for @everyone': {
    loss: (at) => [at.channel(at.text, { overwrites: [at.deny(at.guildId)] })],
  },
  'an overwrite that is gone': {
    before: (at) => [at.everyone(0n), at.channel(at.text, { overwrites: [at.allow(ADA)] })],
    loss: (at) => [at.channel(at.text)],
  },
  'the member leaving or being kicked': { loss: (at) => [at.member({ left: true })] },
  'another owner': {
    before: (at) => [at.everyone(0n), at.guild(ADA)],
    loss: (at) => [at.guild(BOB)],
  },
  'the bot leaving the guild': { loss: (at) => [at.guild(null, true)] },
  'the channel being deleted': { loss: (at) => [at.channel(at.text, { deleted: true })] },
  'the channel moving into a hidden category': {
    loss: (at) => [at.channel(at.text, { parentId: at.hidden, overwrites: [at.deny(at.guildId)] })],
  },
  'a timeout, in a voice channel': {
    before: (at) => [at.channel(at.text, { type: 2 })],
    loss: (at) => [at.member({ timedOutUntil: later() })],
  },
  'no leave to enter a voice channel': {
    before: (at) => [at.channel(at.text, { type: 2 })],
    loss: (at) => [at.channel(at.text, { type: 2, overwrites: [at.deny(at.guildId, CONNECT)] })],
  },
  'being removed from a private thread': {
    before: (at) => [at.privateThread(), at.inThread(true)],
    loss: (at) => [at.inThread(false)],
    where: thread,
  },
  'managing threads no more': {
    before: (at) => [at.privateThread(), at.role(MANAGE_THREADS), at.member({ roleIds: [at.roleId] })],
    loss: (at) => [at.role(0n)],
    where: thread,
  },
  'a thread becoming private': {
    before: (at) => [at.privateThread({ type: 11 })],
    loss: (at) => [at.privateThread()],
    where: thread,
  },
  'a thread being deleted': {
    before: (at) => [at.privateThread(), at.inThread(true)],
    loss: (at) => [at.privateThread({ deleted: true })],
    where: thread,
  },
  'an overwrite of the thread’s channel': {
    before: (at) => [at.privateThread({ type: 11 })],
    loss: (at) => [at.channel(at.text, { overwrites: [at.deny(ADA)] })],
    where: thread,
  },
  'the thread’s channel being deleted': {
    before: (at) => [at.privateThread({ type: 11 })],
    loss: (at) => [at.channel(at.text, { deleted: true })],
    where: thread,
  },
};

let gateway: TestGateway;
let places = 0;
let sockets: SocketClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ SOCKET_REQUESTS_PER_S: '10000' });
});

afterEach(() => {
  for (const socket of sockets) socket.close();
  sockets = [];
});

afterAll(() => gateway.stop());

async function connect(
  claims: Record<string, unknown> = { role: 'viewer', sub: ADA },
): Promise<SocketClient> {
  const socket = new SocketClient(gateway.url, { token: await tokenFor(claims) });
  sockets.push(socket);
  await socket.connected();
  return socket;
}

/** Each test has its own guild. */
async function settle(before: (at: Place) => AccessChange[] = () => []): Promise<Place> {
  const at = new Place(places++);
  await gateway.world.query(`INSERT INTO guilds (id, name, available, seq) VALUES ($1, 'a guild', true, 0)`, [
    at.guildId,
  ]);
  await gateway.world.writeAccess([...at.foundation, ...before(at)], at.guildId);
  return at;
}

/** Ada, who reads the channel. */
async function reading(at: Place, channelId: Snowflake): Promise<SocketClient> {
  const ada = await connect();
  expect(await ada.join({ channelId })).toMatchObject({ ok: true });
  await gateway.world.say(channelId, at.guildId);
  await ada.waitFor('message');
  return ada;
}

/** Returns once earlier announcements have been delivered: a witness gets a later one. */
async function delivered(ada: SocketClient): Promise<void> {
  const witness = await connect({ role: 'admin' });
  await witness.join({ channelId: CHANNEL });
  await gateway.world.say(CHANNEL, GUILD);
  await witness.waitFor('message');
  await ada.request('get_channels');
}

describe('a socket that loses a channel', () => {
  it.each(Object.entries(LOSSES))(
    'a socket leaves a channel at once when it loses access: %s',
    async (_, { before, loss, where }) => {
      const at = await settle(before);
      const channelId = where?.(at) ?? at.text;
      const ada = await reading(at, channelId);
      await gateway.world.access(loss(at), at.guildId);
      for (let n = 0; n < 3; n++) await gateway.world.say(channelId, at.guildId);
      await delivered(ada);
      expect(ada.of('unsubscribed')).toEqual([{ channelId, code: 'CHANNEL.ACCESS_LOST' }]);
      expect(ada.of('message')).toHaveLength(1);
      expect(await ada.join({ channelId })).toMatchObject({
        ok: false,
        error: { code: 'CHANNEL.NOT_FOUND' },
      });
    },
  );

  it('a socket that loses a channel also leaves it if the change was never announced: the next event reveals the hole', async () => {
    const at = await settle();
    const ada = await reading(at, at.text);
    await gateway.world.writeAccess([at.member({ left: true })], at.guildId);
    await gateway.world.say(at.text, at.guildId);
    await ada.waitFor('unsubscribed');
    await delivered(ada);
    expect(ada.of('message')).toHaveLength(1);
  });

  it('a socket leaves a channel if the cause was parked and is retried, without a change', async () => {
    const at = await settle();
    const ada = await reading(at, at.text);
    await gateway.world.retry([at.member({ left: true })], at.guildId);
    await gateway.world.announcePosition(at.guildId);
    await ada.waitFor('unsubscribed');
    await gateway.world.say(at.text, at.guildId);
    await delivered(ada);
    expect(ada.of('message')).toHaveLength(1);
  });

  it('a socket leaves a channel before the first event after such a retry, and does not get that event', async () => {
    const at = await settle(onlyForTheRole);
    const ada = await reading(at, at.text);
    await gateway.world.retry([at.member()], at.guildId);
    await gateway.world.say(at.text, at.guildId);
    await ada.waitFor('unsubscribed');
    await delivered(ada);
    expect(ada.of('message')).toHaveLength(1);
    expect(ada.of('messages_bulk')).toHaveLength(1);
  });

  it('a socket that loses a channel stays in those that it may still read, and receives them', async () => {
    const at = await settle((place) => [place.privateThread({ type: 11 })]);
    const ada = await reading(at, at.text);
    expect(await ada.join({ channelId: at.thread })).toMatchObject({ ok: true });
    await gateway.world.access([at.privateThread()], at.guildId);
    await gateway.world.access([at.member({ timedOutUntil: later() })], at.guildId);
    await gateway.world.access([at.everyone(VIEW_CHANNEL)], at.guildId);
    await gateway.world.say(at.text, at.guildId);
    await ada.waitFor('message', 2);
    expect(ada.of('unsubscribed').map(({ channelId }) => channelId)).toEqual([at.thread]);
  });

  it('a socket that loses a channel affects nobody else in the channel', async () => {
    const at = await settle((place) => [place.member({ userId: BOB })]);
    const [ada, bob] = [await reading(at, at.text), await connect({ role: 'viewer', sub: BOB })];
    await bob.join({ channelId: at.text });
    await gateway.world.access([at.member({ left: true })], at.guildId);
    await gateway.world.say(at.text, at.guildId);
    await bob.waitFor('message');
    expect(bob.of('unsubscribed')).toEqual([]);
    expect(ada.of('message')).toHaveLength(1);
  });

  it('a socket gets a snapshot when it may read the channel again', async () => {
    const at = await settle();
    const ada = await reading(at, at.text);
    await gateway.world.access([at.member({ left: true })], at.guildId);
    await ada.waitFor('unsubscribed');
    await gateway.world.access([at.member()], at.guildId);
    const joined = await until('joined again', 10_000, async () => {
      const answer = await ada.join({ channelId: at.text });
      return answer.ok ? answer : undefined;
    });
    expect(joined).toMatchObject({ resumed: false });
    await gateway.world.say(at.text, at.guildId);
    await ada.waitFor('message', 2);
  });

  it('a socket gets no message from the time without access, however it tries to join meanwhile', async () => {
    const at = await settle((place) => [place.everyone(VIEW_CHANNEL)]);
    const ada = await connect();
    const say = (text: string) => gateway.world.say(at.text, at.guildId, text);
    let requesting = true;
    const requestRepeatedly = async () => {
      while (requesting) await ada.join({ channelId: at.text });
    };
    const requests = requestRepeatedly();
    for (let round = 0; round < 10; round++) {
      const received = ada.of('message').length;
      await until('messages to arrive again', 10_000, async () => {
        await say('open');
        return ada.of('message').length > received || undefined;
      });
      await gateway.world.access([at.member({ left: true })], at.guildId);
      for (let n = 0; n < 5; n++) await say('secret');
      await gateway.world.access([at.member()], at.guildId);
    }
    requesting = false;
    await requests;
    await delivered(ada);
    expect(new Set(ada.of('message').map(({ content }) => content))).toEqual(new Set(['open']));
    expect(ada.of('messages_bulk').flatMap(({ messages }) => messages)).toEqual([]);
  });
});
