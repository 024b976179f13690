import { readFile } from 'node:fs/promises';
import { connect, type RelayClient, RelayError, type Replay } from '@discord-relay/client';
import { until } from '@discord-relay/local-stack';
import { SocketServer } from '../live/socket/socket-server.js';
import { EventLog } from '../testing/event-log.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL } from '../testing/world.js';

let gateway: TestGateway;
let log: EventLog;
let client: RelayClient;

beforeAll(async () => {
  gateway = await startGateway();
  log = await EventLog.create(gateway.nats.url, gateway.world);
});
beforeEach(async () => {
  const token = await tokenFor({ role: 'analyst' });
  client = connect({ url: gateway.url, token });
  await until('connected', 20_000, () => client.state === 'connected' || undefined);
});
afterEach(() => client.close());
afterAll(async () => {
  await log.close();
  await gateway.stop();
});

/** Contents by event, as the same listeners of a channel would receive them. */
function record(replay: Replay): string[] {
  const seen: string[] = [];
  replay.on('snapshot', ({ messages }) =>
    seen.push(`snapshot ${messages.map(({ content }) => content).join()}`),
  );
  replay.on('message', ({ content }) => seen.push(`message ${content}`));
  replay.on('update', ({ content }) => seen.push(`update ${content}`));
  replay.on('delete', ({ id }) => seen.push(`delete ${id}`));
  replay.on('reaction', ({ action }) => seen.push(`reaction ${action}`));
  replay.on('skipped', () => seen.push('skipped'));
  replay.on('ended', ({ reason }, error) => seen.push(`ended ${error?.code ?? reason}`));
  return seen;
}

const FAST = { channelId: CHANNEL, speed: 1_000, skipQuiet: true };

describe('the replay of the client', () => {
  it('the replay of the client has the events of a channel, which the live feed of the same channel does not receive', async () => {
    const live: string[] = [];
    const feed = client.channel(CHANNEL);
    feed.on('message', ({ content }) => live.push(content));
    await feed.join();
    const id = await log.say('one');
    const from = new Date(await log.now());
    await log.say('two');
    await log.append('reaction.added', {
      messageId: id,
      channelId: CHANNEL,
      guildId: '100' as never,
      userId: '8' as never,
      emoji: { id: null, name: '👍', animated: false },
      burst: false,
    });
    await log.edit(id, 'one, edited');
    const replay = client.replay({ ...FAST, from });
    const seen = record(replay);
    const ended = new Promise((resolve) => replay.on('ended', resolve));
    const status = await replay.start();
    expect(status).toMatchObject({ from: from.toISOString(), speed: 1_000, skipQuiet: true, paused: false });
    await ended;
    expect(seen).toEqual([
      'snapshot one',
      'message two',
      'reaction add',
      'update one, edited',
      'ended complete',
    ]);
    expect(live).toEqual([]);
    expect(feed.isLive).toBe(true);
    expect(replay.status).toBeUndefined();
  });

  it('the replay of the client is controlled, and knows its time between events', async () => {
    await log.say('old');
    const replay = client.replay({ channelId: CHANNEL, from: 'now-3h' });
    const seen = record(replay);
    expect(replay.atMs).toBeUndefined();
    const { from } = await replay.start();
    await until('a snapshot', 20_000, () => seen.length > 0 || undefined);
    await until('time has passed', 20_000, () => replay.atMs! > Date.parse(from) || undefined);
    const paused = await replay.pause();
    expect(replay.atMs).toBe(Date.parse(paused.at));
    const to = new Date(Date.parse(from) + 600_000);
    expect((await replay.seek(to)).at).toBe(to.toISOString());
    expect(replay.atMs).toBe(to.getTime());
    await until(
      'a second snapshot',
      20_000,
      () => seen.filter((s) => s.startsWith('snapshot')).length === 2 || undefined,
    );
    await replay.set({ speed: 1_000, skipQuiet: true });
    await replay.resume();
    await until('the end', 20_000, () => seen.at(-1) === 'ended complete' || undefined);
    expect(seen).toContain('skipped');
    await expect(replay.pause()).rejects.toThrow(RelayError);
  });

  it('the example in docs/replay.md plays a channel', async () => {
    const page = await readFile(new URL('../../../../docs/replay.md', import.meta.url), 'utf8');
    const code = /```js replay\n([^]*?)```/.exec(page)![1]!;
    const body = code.replaceAll(/^import .*$/gm, '').replace('export ', '');
    type Play = (
      url: string,
      token: string,
      channelId: string,
      from: string,
      show: (what: string, value: unknown) => void,
    ) => Promise<void>;
    const play = new Function('connect', `${body}; return play;`)(connect) as Play;
    const from = await log.now();
    await log.delete(await log.say('shown'));
    const shown: string[] = [];
    await play(gateway.url, await tokenFor({ role: 'analyst' }), CHANNEL, from, (what) => shown.push(what));
    expect(shown).toEqual(['snapshot', 'message', 'delete']);
  });

  it('the replay of the client is refused in the same words as every request', async () => {
    const replay = client.replay({ channelId: '4242', from: 'now-1h' });
    await expect(replay.start()).rejects.toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    await expect(replay.stop()).rejects.toMatchObject({ code: 'REPLAY.NOT_FOUND' });
  });

  it('the replay of the client ends with its connection, and can be started again', async () => {
    await log.say('one');
    const replay = client.replay({ channelId: CHANNEL, from: 'now-1h' });
    const seen = record(replay);
    await replay.start();
    gateway.app.get(SocketServer).disconnectAll();
    await until('the end', 20_000, () => seen.at(-1) === 'ended CLIENT.DISCONNECTED' || undefined);
    await until('reconnected', 20_000, () => client.state === 'connected' || undefined);
    expect((await replay.start()).paused).toBe(false);
    await replay.stop();
    await until('the end', 20_000, () => seen.at(-1) === 'ended stopped' || undefined);
  });
});
