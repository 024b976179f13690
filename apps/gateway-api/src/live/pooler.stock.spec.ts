import { PgBouncer, until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

const binary = process.env.PGBOUNCER_PATH;
const withPooler = binary ? describe : describe.skip;

/** Fewer sessions than the gateway has connections: in transaction mode its transactions share the sessions. */
const SESSIONS = { session: 40, transaction: 3 } as const;
const CLIENTS = 8;

withPooler.each([['session'], ['transaction']] as const)(
  'a gateway behind a pooler, pool_mode %s',
  (mode) => {
    let direct: TestGateway;
    let pooler: PgBouncer;
    let gateway: TestGateway;
    let token: string;
    const open: { close(): void }[] = [];

    beforeAll(async () => {
      direct = await startGateway();
      const { url: postgresUrl } = direct.databaseLine;
      pooler = await PgBouncer.start({ binary: binary!, postgresUrl, mode, poolSize: SESSIONS[mode] });
      const env = { DATABASE_URL: pooler.urlOf(postgresUrl), NATS_URL: direct.nats.url };
      gateway = await startGateway(env);
      token = await tokenFor({ role: 'viewer', sub: VIEWER });
    }, 60_000);

    afterEach(() => {
      for (const each of open.splice(0)) each.close();
    });
    afterAll(async () => {
      await gateway?.stop();
      await pooler?.stop();
      await direct?.stop();
    });

    async function client(): Promise<SocketClient> {
      const made = new SocketClient(gateway.url, { token });
      open.push(made);
      await made.connected();
      return made;
    }

    const tailOf = async (made: SocketClient, seqs: readonly number[]) => {
      await until('the tail', 20_000, () => made.seqs().length >= seqs.length || undefined);
      expect(made.seqs()).toEqual(seqs);
    };

    it('many clients that join at once through a pooler get snapshot and tail, and resume', async () => {
      const { world } = direct;
      const before = await world.write();
      const clients = await Promise.all(Array.from({ length: CLIENTS }, client));
      const answers = await Promise.all(clients.map((each) => each.join({ channelId: CHANNEL })));
      expect(answers).toEqual(clients.map(() => expect.objectContaining({ ok: true, seq: before.seq })));
      const seqs: number[] = [];
      for (let n = 0; n < 5; n++) seqs.push((await world.say()).seq);
      await Promise.all(clients.map((each) => tailOf(each, seqs)));
      const back = await client();
      const again = await back.join({ channelId: CHANNEL, after: seqs[1] });
      expect(again).toMatchObject({ ok: true, resumed: true });
      await tailOf(back, seqs.slice(2));
    }, 60_000);

    it('a gateway behind a pooler lists channels and reads history, and the same over REST', async () => {
      const { world } = direct;
      const said = await world.say(OTHER_CHANNEL);
      const made = await client();
      expect(await made.request('get_channels')).toMatchObject({ ok: true });
      const history = await made.request('get_history', { channelId: OTHER_CHANNEL });
      expect(history).toMatchObject({ ok: true, messages: [{ seq: said.seq }] });
      const headers = { authorization: `Bearer ${token}` };
      const page = await fetch(`${gateway.url}/api/v1/channels/${OTHER_CHANNEL}/messages`, { headers });
      expect(await page.json()).toMatchObject({ messages: [{ seq: said.seq }] });
    });

    it('a gateway behind a pooler polls what was committed while no announcement came', async () => {
      const { world } = direct;
      const made = await client();
      await made.join({ channelId: CHANNEL });
      const missed = await world.write();
      const announced = await world.say();
      await tailOf(made, [missed.seq, announced.seq]);
    });

    it('a stream through a pooler sends events, and continues from a cursor', async () => {
      const { world } = direct;
      const url = `${gateway.url}/api/stream?guild=${GUILD}&types=message.created`;
      const stream = await SseClient.open(url, { token });
      open.push(stream);
      await until('a cursor', 20_000, () => stream.lastEventId || undefined);
      const first = await world.say();
      await stream.reach(first.seq);
      stream.close();
      const second = await world.say();
      const back = await SseClient.open(url, { token, lastEventId: String(first.seq) });
      open.push(back);
      expect(await back.take(1, 'message.created')).toMatchObject([{ data: { seq: second.seq } }]);
    });

    it('a gateway behind a pooler stops delivery when access is lost, and refuses joins until it is back', async () => {
      const { world } = direct;
      const made = await client();
      await made.join({ channelId: CHANNEL });
      const member = { of: 'member' as const, userId: VIEWER, ...MEMBER };
      await world.access([{ ...member, left: true }]);
      expect(await made.waitFor('unsubscribed')).toMatchObject([
        { channelId: CHANNEL, code: 'CHANNEL.ACCESS_LOST' },
      ]);
      const unannounced = await world.say();
      expect(await made.join({ channelId: CHANNEL })).toMatchObject({
        ok: false,
        error: { code: 'CHANNEL.NOT_FOUND' },
      });
      await world.access([member]);
      const back = await client();
      expect(await back.join({ channelId: CHANNEL })).toMatchObject({ ok: true });
      expect(back.lastSnapshot().messages.at(-1)).toMatchObject({ seq: unannounced.seq });
      expect(made.seqs()).toEqual([]);
    });
  },
);
