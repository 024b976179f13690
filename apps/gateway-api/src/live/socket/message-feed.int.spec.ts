import fc from 'fast-check';
import { type Change, guildFeed, type Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { SocketClient } from '../../testing/socket-client.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, VIEWER } from '../../testing/world.js';
import { ReadModelDatabase } from '../../database/read-model.database.js';

const OPEN: SocketClient[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  // A socket whose token has expired is closed after a second, not after the default of 25.
  gateway = await startGateway({
    RESUME_MAX_EVENTS: '20',
    MAX_JOINS_PER_SOCKET: '2',
    TOKEN_GRACE_MS: '1000',
  });
});

afterEach(() => {
  for (const client of OPEN.splice(0)) client.close();
});

afterAll(() => gateway.stop());

async function client(claims: Record<string, unknown> = {}): Promise<SocketClient> {
  const made = new SocketClient(gateway.url, {
    token: await tokenFor({ role: 'viewer', sub: VIEWER, ...claims }),
  });
  OPEN.push(made);
  await made.connected();
  return made;
}

/** A client in the channel, after its snapshot. */
async function reader(channelId: Snowflake = CHANNEL): Promise<SocketClient> {
  const made = await client();
  expect(await made.join({ channelId })).toMatchObject({ ok: true });
  return made;
}

const seqsOf = (changes: readonly Change[]) => changes.map(({ seq }) => seq);

describe('snapshot and tail', () => {
  it('a join gives the newest messages, then live messages', async () => {
    const { world } = gateway;
    const first = await world.write();
    const made = await client();
    const ack = await made.join({ channelId: CHANNEL, limit: 1 });
    expect(ack).toEqual({ ok: true, channelId: CHANNEL, seq: first.seq, resumed: false });
    const { messages, ...rest } = made.lastSnapshot();
    expect(rest).toEqual({ channelId: CHANNEL, serverId: GUILD, seq: first.seq, reason: 'joined' });
    expect(messages).toEqual([
      {
        id: (first.body as { id: string }).id,
        content: `message ${(first.body as { id: string }).id}`,
        author: { id: '7', username: 'ada' },
        timestamp: '2026-01-02T03:04:05.678Z',
        channelId: CHANNEL,
        serverId: GUILD,
        editedTimestamp: null,
        pinned: null,
        revision: 0,
        seq: first.seq,
      },
    ]);
    const second = await world.say();
    const [message] = await made.waitFor('message');
    expect(message).toEqual({ ...second.body, seq: second.seq, prev: first.seq });
  });

  it('a channel is delivered only to those who joined it', async () => {
    const [here, elsewhere] = [await reader(CHANNEL), await reader(OTHER_CHANNEL)];
    const said = await gateway.world.say(OTHER_CHANNEL);
    await elsewhere.waitFor('message');
    expect(elsewhere.seqs()).toEqual([said.seq]);
    expect(here.seqs()).toEqual([]);
  });

  it('a socket gets nothing after leave_channel', async () => {
    const [leaver, stayer] = [await reader(), await reader()];
    expect(await leaver.request('leave_channel', { channelId: CHANNEL })).toEqual({
      ok: true,
      channelId: CHANNEL,
    });
    await gateway.world.say();
    await stayer.waitFor('message');
    expect(leaver.seqs()).toEqual([]);
  });

  it('each id of a bulk deletion is sent, and only the last moves the cursor', async () => {
    const { world } = gateway;
    const [a, b] = [await world.say(), await world.say()] as { seq: number; body: { id: Snowflake } }[];
    const made = await reader();
    const deletion = await world.bulkDelete([a!.body.id, b!.body.id]);
    const events = await made.waitFor('message_delete', 2);
    const rest = { channelId: CHANNEL, serverId: GUILD, prev: b!.seq };
    expect(events).toEqual([
      { id: a!.body.id, ...rest, seq: b!.seq },
      { id: b!.body.id, ...rest, seq: deletion.seq },
    ]);
  });

  it('a second join of the same channel starts where the first ended', async () => {
    const made = await client();
    const [first, second] = await Promise.all([
      made.join({ channelId: CHANNEL }),
      made.join({ channelId: CHANNEL }),
    ]);
    expect([first.ok, second.ok]).toEqual([true, true]);
    const said = await gateway.world.say();
    await made.waitFor('message');
    expect(made.of('messages_bulk')).toHaveLength(2);
    expect(made.seqs()).toEqual([said.seq]);
  });

  it('a leave directly after a join leaves the channel', async () => {
    const made = await client();
    const joined = made.join({ channelId: CHANNEL });
    const left = made.request('leave_channel', { channelId: CHANNEL });
    expect([(await joined).ok, (await left).ok]).toEqual([true, true]);
    const witness = await reader();
    await gateway.world.say();
    await witness.waitFor('message');
    expect(made.seqs()).toEqual([]);
  });

  it('a closed socket follows no guild, even if it closed in the middle of a join', async () => {
    const status = async () =>
      ((await (await fetch(`${gateway.url}/api/status`)).json()) as { detail: { guilds: number } }).detail;
    const made = await client();
    const database = gateway.app.get(ReadModelDatabase);
    const snapshot = database.snapshot.bind(database);
    let reading!: () => void;
    const started = new Promise<void>((resolve) => (reading = resolve));
    let goOn!: () => void;
    const gone = new Promise<void>((resolve) => (goOn = resolve));
    database.snapshot = async (work) => {
      reading();
      await gone;
      return snapshot(work);
    };
    made.socket.emit('join_channel', { channelId: CHANNEL });
    await started;
    database.snapshot = snapshot;
    made.close();
    await until('the socket is gone', 5_000, async () =>
      ((await (await fetch(`${gateway.url}/api/health`)).json()) as { connections: { total: number } })
        .connections.total === 0
        ? true
        : undefined,
    );
    expect(await status()).toMatchObject({ guilds: 1 });
    goOn();
    await until('no guild is followed', 5_000, async () =>
      (await status()).guilds === 0 ? true : undefined,
    );
  });

  it('clients that join during writes, losses and repeats get every change exactly once and in order', async () => {
    const step = fc.record({
      action: fc.constantFrom('say', 'say', 'say', 'lose', 'repeat', 'join', 'burst', 'position'),
      channel: fc.constantFrom(CHANNEL, OTHER_CHANNEL),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const { world } = gateway;
        const written: Change[] = [];
        const joining: Promise<{ made: SocketClient; seq: number }>[] = [];
        const join = async () => {
          const made = await client();
          const ack = await made.join({ channelId: CHANNEL });
          if (!ack.ok) throw new Error(ack.error.code);
          return { made, seq: made.lastSnapshot().seq };
        };
        joining.push(join());
        for (const { action, channel } of steps) {
          if (action === 'join') joining.push(join());
          else if (action === 'position') await world.announcePosition();
          else if (action === 'lose') written.push(await world.write(channel));
          else {
            const change = await world.say(channel);
            written.push(change);
            if (action === 'repeat') await world.announce(written.at(-2) ?? change);
            if (action === 'burst') for (let n = 0; n < 5; n++) written.push(await world.say(channel));
          }
        }
        written.push(await world.say(CHANNEL));
        const inChannel = written.filter(({ channelId }) => channelId === CHANNEL);
        for (const { made, seq } of await Promise.all(joining)) {
          const expected = seqsOf(inChannel).filter((at) => at > seq);
          await until('the last change', 10_000, () =>
            (made.seqs().at(-1) ?? seq) >= inChannel.at(-1)!.seq ? true : undefined,
          );
          expect(made.seqs()).toEqual(expected);
          made.close();
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('resume', () => {
  it('a resume sends exactly what came after the cursor', async () => {
    const { world } = gateway;
    const [at, ...missed] = [await world.say(), await world.say(), await world.write(), await world.say()];
    const made = await client();
    const ack = await made.join({ channelId: CHANNEL, after: at.seq });
    expect(ack).toEqual({ ok: true, channelId: CHANNEL, seq: missed.at(-1)!.seq, resumed: true });
    expect(made.seqs()).toEqual(seqsOf(missed));
    expect(made.of('messages_bulk')).toEqual([]);
    const next = await world.say();
    await made.waitFor('message', 4);
    expect(made.seqs().at(-1)).toBe(next.seq);
  });

  it('a resume at the head sends nothing', async () => {
    const { seq } = await gateway.world.say();
    const made = await client();
    expect(await made.join({ channelId: CHANNEL, after: seq })).toMatchObject({ seq, resumed: true });
    const events = new Set(made.received.map(({ event }) => event));
    expect([...events]).toEqual(['user_info', 'source']);
  });

  it('a resume from the beginning of a feed is possible', async () => {
    const first = await gateway.world.say(FAR_CHANNEL, OTHER_GUILD);
    const made = await client();
    expect(await made.join({ channelId: FAR_CHANNEL, after: 0 })).toMatchObject({ resumed: true });
    expect(made.seqs()).toEqual([first.seq]);
  });

  it('a resume sends a snapshot with the reason if the cursor is not in the feed', async () => {
    const { world } = gateway;
    const ahead = await world.say();
    const made = await client();
    expect(await made.join({ channelId: CHANNEL, after: ahead.seq + 1_000 })).toMatchObject({
      seq: ahead.seq,
      resumed: false,
    });
    expect(made.lastSnapshot()).toMatchObject({ reason: 'cursor_unknown', seq: ahead.seq });
  });

  it('a resume sends a snapshot if the client is too far behind', async () => {
    const { world } = gateway;
    const at = await world.say();
    for (let n = 0; n < 21; n++) await world.write();
    const made = await client();
    expect(await made.join({ channelId: CHANNEL, after: at.seq })).toMatchObject({ resumed: false });
    expect(made.lastSnapshot().reason).toBe('too_far_behind');
    expect(made.seqs()).toEqual([]);
  });

  it('a resume sends a snapshot if the tail is no longer completely stored', async () => {
    const { world } = gateway;
    const [at, lost] = [await world.say(), await world.say()];
    await world.say();
    await world.forget(lost.seq);
    const made = await client();
    expect(await made.join({ channelId: CHANNEL, after: at.seq })).toMatchObject({ resumed: false });
    expect(made.lastSnapshot().reason).toBe('cursor_too_old');
    expect(made.seqs()).toEqual([]);
  });
});

describe('holes', () => {
  it('a hole is closed by the next change', async () => {
    const { world } = gateway;
    const made = await reader();
    const changes = [await world.write(), await world.write(OTHER_CHANNEL), await world.say()];
    await made.waitFor('message', 2);
    expect(made.seqs()).toEqual([changes[0]!.seq, changes[2]!.seq]);
  });

  it('a hole is closed by the position if no change follows', async () => {
    const { world } = gateway;
    const made = await reader();
    const lost = await world.write();
    await world.announcePosition();
    await made.waitFor('message');
    expect(made.seqs()).toEqual([lost.seq]);
  });

  it('a hole that cannot be closed gives all subscribers a new snapshot', async () => {
    const { world } = gateway;
    const made = await reader();
    await made.request('get_channels');
    const lost = await world.write();
    await world.forget(lost.seq);
    await world.announcePosition();
    await made.waitFor('messages_bulk', 2);
    expect(made.lastSnapshot()).toMatchObject({ reason: 'cursor_too_old', seq: lost.seq });
    expect(await made.waitFor('channels_list', 2)).toHaveLength(2);
    const next = await world.say();
    await made.waitFor('message');
    expect(made.seqs()).toEqual([next.seq]);
  });

  it('a hole caused by an unknown kind of change ends with a snapshot', async () => {
    const { world } = gateway;
    const made = await reader();
    const at = made.lastSnapshot().seq;
    const unknown = await world.write();
    await world.query(`UPDATE changes SET kind = 'later' WHERE seq = $1`, [unknown.seq]);
    const said = await world.say();
    expect(await made.waitFor('message')).toMatchObject([{ seq: said.seq, prev: unknown.seq }]);
    expect(await made.join({ channelId: CHANNEL, after: at })).toMatchObject({ resumed: false });
    expect(made.lastSnapshot()).toMatchObject({ reason: 'cursor_unknown', seq: said.seq });
  });

  it('garbage on the bus causes no hole', async () => {
    const { world } = gateway;
    const made = await reader();
    for (const payload of ['', '{', 'null', '{"seq":1e15}', '{"seq":-1,"prev":"x"}'])
      await world.publish(`changes.${GUILD}.${CHANNEL}`, payload);
    await world.publish(`changes.${GUILD}.position`, '{"seq":900719925474099}');
    const said = await world.say();
    await made.waitFor('message');
    expect(made.seqs()).toEqual([said.seq]);
  });
});

describe('get_channels', () => {
  it('get_channels lists channels in display order and then sends their changes', async () => {
    const { world } = gateway;
    const made = await client({ role: 'viewer', guilds: [GUILD] });
    const ack = await made.request('get_channels');
    const channels = [
      { id: OTHER_CHANNEL, name: 'top', type: 'text', discordType: 0, serverId: GUILD },
      { id: CHANNEL, name: 'general', type: 'text', discordType: 0, serverId: GUILD },
    ];
    expect(ack).toEqual({ ok: true, channels });
    expect(made.of('channels_list')).toEqual([channels]);
    const prev = await world.head(guildFeed(GUILD));
    const { seq } = await world.rename('plaza');
    expect(await made.waitFor('channel_update')).toEqual([
      {
        id: CHANNEL,
        name: 'plaza',
        type: 'text',
        discordType: 0,
        serverId: GUILD,
        deleted: false,
        seq,
        prev,
      },
    ]);
  });

  it('sockets that did not send get_channels get no guild events', async () => {
    const [silent, requester] = [await reader(), await client()];
    await requester.request('get_channels');
    await gateway.world.rename('square');
    await requester.waitFor('channel_update');
    expect(silent.of('channel_update')).toEqual([]);
  });

  it('two get_channels requests send each update once', async () => {
    const made = await client();
    await Promise.all([made.request('get_channels'), made.request('get_channels')]);
    const { seq } = await gateway.world.rename('market');
    await made.waitFor('channel_update');
    await gateway.world.say();
    const witness = await reader();
    expect(witness.lastSnapshot().seq).toBeGreaterThan(seq);
    expect(made.of('channel_update').map((update) => update.seq)).toEqual([seq]);
  });
});

describe('refusals', () => {
  it.each([
    ['no token', {}, 'AUTH.TOKEN_MISSING'],
    ['garbage', { token: 'x' }, 'AUTH.TOKEN_INVALID'],
    ['an object as token', { token: { a: 1 } }, 'AUTH.TOKEN_INVALID'],
  ])('a connection with %s is refused with a code', async (_, auth, code) => {
    const made = new SocketClient(gateway.url, auth);
    OPEN.push(made);
    await expect(made.connected()).rejects.toMatchObject({ data: { code, retryable: false } });
  });

  it('an expired token is refused with a code of its own', async () => {
    const made = new SocketClient(gateway.url, { token: await tokenFor({ role: 'viewer' }, -5) });
    OPEN.push(made);
    await expect(made.connected()).rejects.toMatchObject({ data: { code: 'AUTH.TOKEN_EXPIRED' } });
  });

  it('an open connection is refused when its token expires', async () => {
    const made = new SocketClient(gateway.url, { token: await tokenFor({ role: 'viewer' }, 2) });
    OPEN.push(made);
    await made.connected();
    const gone = new Promise((resolve) => made.socket.once('disconnect', resolve));
    expect(await made.waitFor('error')).toMatchObject([{ code: 'AUTH.TOKEN_EXPIRED', retryable: false }]);
    await gone;
  });

  it('a token in the header does not change a refusal', async () => {
    const made = new SocketClient(gateway.url, {}, { authorization: `Bearer ${await tokenFor()}` });
    OPEN.push(made);
    await made.connected();
    expect(await made.waitFor('user_info')).toEqual([{ id: 'user-1', role: 'viewer' }]);
  });

  it.each([
    ['a string', 'x'],
    ['null', null],
    ['a number', 7],
    ['an array', [CHANNEL]],
    ['an empty object', {}],
    ['an unknown field', { channelId: CHANNEL, before: '1' }],
    ['a negative cursor', { channelId: CHANNEL, after: -1 }],
    ['a channel that is no id', { channelId: "1'; DROP TABLE messages; --" }],
    ['binary data', Buffer.from('x')],
  ])('the refusal of join_channel with %s is acknowledged', async (_, body) => {
    const made = await client();
    const ack = await made.join(body);
    expect(ack).toMatchObject({ ok: false, error: { code: 'REQUEST.INVALID', retryable: false } });
    expect(await made.waitFor('error')).toMatchObject([{ code: 'REQUEST.INVALID' }]);
    expect(await made.request('leave_channel', body)).toMatchObject({ ok: false });
  });

  it('refusals leave the connection usable, with and without an acknowledgement', async () => {
    const made = await client();
    made.socket.emit('join_channel');
    made.socket.emit('join_channel', null);
    made.socket.emit('join_channel', CHANNEL, CHANNEL, CHANNEL);
    made.socket.emit('get_channels', { a: 1 });
    made.socket.emit('no_such_request', {});
    await made.waitFor('error', 3);
    expect(await made.join({ channelId: CHANNEL })).toMatchObject({ ok: true });
  });

  it('a refusal does not reveal whether a hidden channel exists', async () => {
    const made = await client({ role: 'viewer', guilds: [GUILD] });
    const [hidden, missing] = [
      await made.join({ channelId: FAR_CHANNEL }),
      await made.join({ channelId: '999999' }),
    ];
    expect(hidden).toMatchObject({ ok: false, error: { code: 'CHANNEL.NOT_FOUND' } });
    expect(hidden).toEqual(missing);
  });

  it('the channels of a socket are limited', async () => {
    const made = await client();
    await made.join({ channelId: CHANNEL });
    await made.join({ channelId: OTHER_CHANNEL });
    expect(await made.join({ channelId: FAR_CHANNEL })).toMatchObject({
      ok: false,
      error: { code: 'SOCKET.TOO_MANY_CHANNELS' },
    });
    expect(await made.join({ channelId: CHANNEL })).toMatchObject({ ok: true });
  });

  it('the request rate of a socket is limited', async () => {
    const made = await client();
    const requests = Array.from({ length: 300 }, () => made.request('leave_channel', { channelId: CHANNEL }));
    const refused = (await Promise.all(requests)).filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ error: { code: 'REQUEST.RATE_LIMITED', retryable: true } });
    const [notice] = await made.waitFor('rate_limited');
    expect(notice).toEqual({ event: 'leave_channel', retryAfterMs: expect.any(Number) });
  });

  it('only the connection that exceeds its limits is closed', async () => {
    const [large, other] = [await client(), await client()];
    const gone = new Promise((resolve) => large.socket.once('disconnect', resolve));
    large.socket.emit('join_channel', { channelId: 'x'.repeat(100_000) });
    await gone;
    expect(await other.join({ channelId: CHANNEL })).toMatchObject({ ok: true });
  });
});
