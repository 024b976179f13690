// Bad answers of Discord, or of a server in its place, during a backfill: every loss is named, and a failing item does
// not delay the others.
import { until } from '@discord-relay/local-stack';
import type { AnswerSpec } from '@discord-relay/discord-simulator';
import { BackfillWorld } from '../support/stacks/backfill-world.js';

describe('backfill among faults', () => {
  let world: BackfillWorld;

  beforeEach(async () => {
    world = await BackfillWorld.start();
  });
  afterEach(() => world.close());

  const answer = (spec: Partial<AnswerSpec> & { path: string }, times: number | null = null) =>
    world.sim.answers.add(
      { method: 'GET', query: '', headers: {}, hangUp: false, delayMs: 0, hold: false, ...spec },
      times,
    );
  const discordSays = (status: number, code: number) => ({ status, body: { code, message: 'no' } });
  const expectEverything = async () => expect(await world.recordedIds()).toEqual(world.discordIds);

  describe('a response that Discord would not send', () => {
    it.each<[string, Partial<AnswerSpec>]>([
      ['a proxy’s 404', { status: 404, body: { error: 'no route' } }],
      ['a 404 without a code', { status: 404, body: { code: 0, message: '404: Not Found' } }],
      ['a proxy’s 403 page', { status: 403, text: '<html>Forbidden</html>' }],
      ['a page with status 200', { status: 200, text: '<html>Log in</html>' }],
      ['an object instead of a list', { status: 200, body: {} }],
      ['no list, and no object', { status: 200, body: null }],
      ['a socket that ends', { hangUp: true }],
    ])(
      'a response that Discord would not send is not taken for a fact about Discord: %s',
      async (_, wrong) => {
        await world.loseSession(() => {
          for (const { id } of world.channels) for (let i = 0; i < 3; i++) world.speak(id, `missed ${i}`);
          world.react(world.channels[0]!.id, world.speak(world.channels[0]!.id, 'liked'));
        });
        const [first] = world.channels;
        for (const path of ['/guilds/**', '/channels/*/threads/**', `/channels/${first!.id}/**`])
          answer({ path, ...wrong }, 2);
        const running = world.startIngestor();
        const closed = await world.closedGap('session_lost');
        await expectEverything();
        expect(closed.unrecoverable.filter((each) => each.includes(':'))).toEqual([]);
        expect(closed.channels.skipped).toBe(0);
        expect(await running.metric('backfill_left_out_total')).toBe(0);
      },
      60_000,
    );
  });

  it('backfill leaves an edit that the REST API shows before it arrives live to live traffic', async () => {
    const first = world.startIngestor({ BACKFILL_LIMIT: '0' });
    await world.connected(first);
    const channel = world.channels[0]!;
    const id = world.speak(channel.id, 'before');
    await until('the message to be in the log', 20_000, async () => (await world.recordedIds())[0]);
    await first.stop();
    await world.identifyWindowPasses();
    world.sim.faults.expireSessions();
    answer({ path: `/channels/${channel.id}/messages`, hold: true }, 1);
    const second = world.startIngestor();
    const isDelayed = () => world.sim.answers.heldBy() > 0 || undefined;
    await until('the channel to be read', 40_000, isDelayed);
    world.sim.faults.refuse(600_000);
    world.sim.faults.drop();
    const shards = () => second.ingestor.status.shards as { state: string }[];
    await until(
      'the shard to be disconnected',
      20_000,
      () => shards()[0]!.state !== 'CONNECTED' || undefined,
    );
    world.sim.world.editMessage(channel.id, id, { content: 'after' });
    const answered = () => second.metric('backfill_requests_total', { status: '200' });
    const before = await answered();
    world.sim.answers.release();
    await until(
      'the channel to have been read',
      20_000,
      async () => (await answered()) > before || undefined,
    );
    world.sim.faults.refuse(0);
    const closed = await world.closedGap('session_lost');
    const edits = await world.logged('message.updated');
    expect(edits.map(({ source, data }) => [source, data.content])).toEqual([['discord-gateway', 'after']]);
    expect(closed.recovered.edits).toBe(0);
  }, 120_000);

  it.each([
    [404, 10008, 'unknown_message'],
    [400, 10014, 'unknown_emoji'],
    [403, 50001, 'no_access'],
    [403, 50013, 'no_access'],
    [400, 50035, 'refused'],
  ])(
    'backfill names the message whose reactions are refused with %d and code %d, and recovers all others',
    async (status, code, reason) => {
      const liked: [string, string][] = [];
      await world.loseSession(() => {
        for (const { id } of world.channels) {
          for (let i = 0; i < 3; i++) world.speak(id, `before ${i}`);
          const message = world.speak(id, 'liked');
          world.react(id, message);
          liked.push([id, message]);
          for (let i = 0; i < 120; i++) world.speak(id, `after ${i}`);
        }
      });
      for (const [channelId, id] of liked)
        answer({ path: `/channels/${channelId}/messages/${id}/reactions/**`, ...discordSays(status, code) });
      world.startIngestor();
      const closed = await world.closedGap('session_lost');
      await expectEverything();
      const named = closed.unrecoverable.filter((each) => each.startsWith(`${reason}:`));
      expect(named.sort()).toEqual(liked.map((path) => `${reason}:${path.join('/')}`).sort());
      expect(closed.channels.skipped).toBe(0);
    },
    60_000,
  );

  it('backfill treats a message as deleted that does not exist when its reactions are read', async () => {
    const [channel] = world.channels;
    let id = '';
    await world.loseSession(() => {
      id = world.speak(channel!.id, 'short-lived');
      world.react(channel!.id, id);
    });
    const path = `/channels/${channel!.id}/messages/${id}`;
    for (const each of [path, `${path}/reactions/**`]) answer({ path: each, ...discordSays(404, 10008) });
    world.startIngestor();
    const closed = await world.closedGap('session_lost');
    expect((await world.logged('message.deleted')).map(({ data }) => data.id)).toEqual([id]);
    expect(closed.unrecoverable).not.toContain(`unknown_message:${channel!.id}/${id}`);
  });

  it.each([
    [404, 10003, 'gone'],
    [403, 50001, 'no_read_history'],
  ])('the gap names the channel that is refused with %d and code %d', async (status, code, reason) => {
    const [refused, other] = world.channels;
    let missed = '';
    await world.loseSession(() => {
      world.speak(refused!.id, 'not seen');
      missed = world.speak(other!.id, 'seen');
    });
    answer({ path: `/channels/${refused!.id}/messages`, ...discordSays(status, code) });
    world.startIngestor();
    const closed = await world.closedGap('session_lost');
    expect(closed.unrecoverable).toContain(`${reason}:${refused!.id}`);
    expect(closed.channels.skipped).toBe(1);
    expect(await world.recordedIds()).toEqual([missed]);
  });

  it('backfill continues beside channels that never answer, reports it, and finally leaves these out by name', async () => {
    const guildId = world.channels[0]!.guildId;
    const stuck = Array.from({ length: 9 }, (_, i) =>
      world.sim.world.createChannel(guildId, { name: `stuck-${i}`, type: 0 }),
    );
    const missed: string[] = [];
    await world.loseSession(() => {
      for (const { id } of world.channels) {
        const message = world.speak(id, 'missed');
        if (stuck.every((channel) => channel.id !== id)) missed.push(message);
      }
    });
    const rules = stuck.map(({ id }) =>
      answer({ path: `/channels/${id}/messages`, status: 404, text: 'no' }),
    );
    const first = world.startIngestor({ BACKFILL_ATTEMPTS: '1000' });
    await until('all others to be recovered', 30_000, async () =>
      (await world.recordedIds()).length === missed.length ? true : undefined,
    );
    expect(await world.recordedIds()).toEqual(missed.sort());
    await until('their failure to be shown', 30_000, async () =>
      (await first.metric('backfill_items_failing')) === stuck.length ? true : undefined,
    );
    expect(first.ingestor.status.backfill).toMatchObject({ gaps: [{ failing: stuck.length, leftOut: 0 }] });
    await first.stop();
    world.sim.answers.remove(rules[0]!.id);
    world.startIngestor({ BACKFILL_ATTEMPTS: '3', BACKFILL_GIVE_UP_MIN: '0' });
    const closed = await world.closedGap('session_lost');
    const named = closed.unrecoverable.filter((each) => each.startsWith('unreachable:'));
    expect(named.sort()).toEqual(stuck.slice(1).map(({ id }) => `unreachable:${id}`));
    expect(await world.recordedIds()).toHaveLength(missed.length + 1);
  }, 90_000);

  describe('a server that behaves unlike Discord', () => {
    it.each<[string, (Partial<AnswerSpec> & { path: string })[]]>([
      [
        'names no last messages',
        [{ path: '/guilds/*/channels', edits: { set: { '*.last_message_id': null } } }],
      ],
      [
        'names stale last messages',
        [{ path: '/guilds/*/channels', edits: { set: { '*.last_message_id': '5' } } }],
      ],
      ['omits last messages', [{ path: '/guilds/*/channels', edits: { omit: ['*.last_message_id'] } }]],
      ['sends pages oldest first', [{ path: '/channels/*/messages', edits: { reverse: true } }]],
      ['omits roles', [{ path: '/guilds/*', edits: { omit: ['roles'] } }]],
      ['omits the roles of the member', [{ path: '/guilds/*/members/*', edits: { omit: ['roles'] } }]],
      ['omits overwrites', [{ path: '/guilds/*/channels', edits: { omit: ['*.permission_overwrites'] } }]],
      ['does not know the member', [{ path: '/guilds/*/members/*', ...discordSays(404, 10007) }]],
    ])(
      'backfill continues if the server %s',
      async (_, rules) => {
        await world.loseSession(() => {
          for (const { id } of world.channels) for (let i = 0; i < 130; i++) world.speak(id, `missed ${i}`);
        });
        for (const rule of rules) answer(rule);
        const running = world.startIngestor();
        const closed = await world.closedGap('session_lost');
        await expectEverything();
        expect(closed.channels.skipped).toBe(0);
        // Pages, lists of threads and the like, but never one request per message.
        expect(await running.metric('backfill_requests_total')).toBeLessThan(world.channels.length * 10 + 10);
      },
      60_000,
    );

    it('backfill imports history even if a server names no last messages', async () => {
      await world.close();
      world = await BackfillWorld.start({ historyPerChannel: 5 });
      answer({ path: '/guilds/*/channels', edits: { omit: ['*.last_message_id'] } });
      world.startIngestor();
      await world.closedGap('first_start');
      await expectEverything();
    });
  });

  describe('archived threads', () => {
    const archive = (parentId: string, count: number) => {
      for (let i = 0; i < count; i++) {
        const { id } = world.sim.world.threads.create(parentId, {
          name: `thread ${i}`,
          ownerId: world.people[0]!.id,
        });
        world.speak(id, `in thread ${i}`);
        world.sim.world.threads.update(id, { archived: true });
      }
    };

    it('archived threads are all read, in pages, also in another order', async () => {
      await world.loseSession(() => archive(world.channels[0]!.id, 130));
      answer({
        path: '/channels/*/threads/archived/public',
        edits: { omit: ['has_more'] },
      });
      world.startIngestor();
      const closed = await world.closedGap('session_lost');
      expect(closed.recovered.threads).toBe(130);
      await expectEverything();
    }, 60_000);

    it('archived threads beyond the limit are not read, which the gap, a metric and the status report', async () => {
      await world.loseSession(() => archive(world.channels[0]!.id, 7));
      const running = world.startIngestor({ BACKFILL_THREADS: '3' });
      const closed = await world.closedGap('session_lost');
      expect(closed.recovered.threads).toBe(3);
      expect(closed.unrecoverable).toContain(`threads_beyond_limit:${world.channels[0]!.id}`);
      expect(await running.metric('backfill_limits_reached_total', { limit: 'BACKFILL_THREADS' })).toBe(1);
    });

    it('gap.closed names archived threads that Discord refuses to list', async () => {
      await world.loseSession(() => archive(world.channels[0]!.id, 2));
      answer({
        path: `/channels/${world.channels[0]!.id}/threads/archived/public`,
        ...discordSays(403, 50001),
      });
      world.startIngestor();
      const closed = await world.closedGap('session_lost');
      expect(closed.unrecoverable).toContain(`threads_unread:${world.channels[0]!.id}`);
    });
  });
});
