// Sessions that do not behave as Discord documents: RESUMEs that always fail, repeated ids, refused identifies.
import { until } from '@discord-relay/local-stack';
import { USER_AGENT } from '../../apps/ingestor/src/discord/gateway/gateway-user-agent.js';
import { BackfillWorld, type RunningIngestor } from '../support/stacks/backfill-world.js';

const QUICK = { RESUME_ATTEMPTS: '2', RESUME_GIVE_UP_MS: '0', BACKFILL_LIMIT: '0' };

describe('sessions among faults', () => {
  let world: BackfillWorld;

  beforeEach(async () => {
    world = await BackfillWorld.start();
  });
  afterEach(() => world.close());

  const rules = () => world.sim.gateway.sessions.rules;
  const closeOn = (op: number, code: number | undefined, times: number | null = null) =>
    rules().ops.add({ op, code, shardId: null }, times);
  const identifies = () => world.sim.gateway.sessions.identifies;
  const begun = (running: RunningIngestor, count: number) =>
    until('a session to be begun', 40_000, async () =>
      (await running.metric('identifies_total')) >= count ? true : undefined,
    );

  it.each([1006, 1001, 4000, 1000])(
    'a session whose RESUME is always closed with %d is abandoned: a gap opens, and one IDENTIFY follows',
    async (code) => {
      const running = world.startIngestor(QUICK);
      await world.connected(running);
      await world.identifyWindowPasses();
      closeOn(6, code);
      world.sim.faults.drop();
      const missed = world.speak(world.channels[0]!.id, 'said meanwhile');
      await begun(running, 2);
      const closed = await world.closedGap('session_lost');
      expect(closed.recovered.messages).toBe(1);
      expect(await world.recordedIds()).toEqual([missed]);
      expect(identifies()).toBe(2);
      expect(await running.metric('sessions_given_up_total', { reason: 'resume_failed' })).toBe(1);
      world.speak(world.channels[0]!.id, 'said afterwards');
      await until('what is said now', 10_000, async () =>
        (await world.recordedIds()).length === 2 ? true : undefined,
      );
    },
    60_000,
  );

  it('the count of failed RESUMEs survives a restart, after which an abandoned session is not resumed', async () => {
    const first = world.startIngestor({ ...QUICK, RESUME_ATTEMPTS: '1000' });
    await world.connected(first);
    closeOn(6, 1006);
    world.sim.faults.drop();
    const failed = () => (first.ingestor.status.shards as { failedResumes: number }[])[0]!.failedResumes;
    await until('a RESUME to fail', 20_000, () => (failed() >= 1 ? true : undefined));
    await first.stop();
    await world.identifyWindowPasses();
    const second = world.startIngestor(QUICK);
    await begun(second, 1);
    await world.closedGap('session_lost');
    expect(rules().ops.all()[0]!.hits).toBeLessThanOrEqual(failed() + 2);
    expect(identifies()).toBe(2);
  }, 60_000);

  it('a session is resumed after fewer failed RESUMEs than the limit', async () => {
    const running = world.startIngestor({ ...QUICK, RESUME_ATTEMPTS: '3' });
    await world.connected(running);
    closeOn(6, 1006, 2);
    world.sim.faults.drop();
    world.speak(world.channels[0]!.id, 'replayed');
    await until('the session to be resumed', 40_000, async () =>
      (await running.metric('resumes_total')) === 1 ? true : undefined,
    );
    expect(identifies()).toBe(1);
    expect((running.ingestor.status.shards as object[])[0]).toMatchObject({ failedResumes: 0 });
  }, 60_000);

  it('connections that failed to open are never counted: they say nothing about the session', async () => {
    const running = world.startIngestor(QUICK);
    await world.connected(running);
    world.sim.faults.refuse(60_000);
    world.sim.faults.drop();
    await until('several attempts', 30_000, () =>
      (running.ingestor.status.shards as { failures: number }[])[0]!.failures >= 3 ? true : undefined,
    );
    world.sim.faults.refuse(0);
    await until('the session to be resumed', 40_000, async () =>
      (await running.metric('resumes_total')) === 1 ? true : undefined,
    );
    expect(identifies()).toBe(1);
  }, 90_000);

  it('an operator can abandon a session', async () => {
    const running = world.startIngestor({ BACKFILL_LIMIT: '0' });
    await world.connected(running);
    await world.identifyWindowPasses();
    closeOn(6, 1006);
    world.sim.faults.drop();
    await until('a RESUME to fail', 20_000, () => rules().ops.all()[0]!.hits > 0 || undefined);
    const { sessionId } = running.ingestor.giveUpSession(0, 'an operator')!;
    expect(running.ingestor.giveUpSession(7, 'an operator')).toBeUndefined();
    await begun(running, 2);
    await world.closedGap('session_lost');
    const [gap] = await world.logged('gap.opened');
    expect(gap?.data.lostSessionId).toBe(sessionId);
    expect(await running.metric('sessions_given_up_total', { reason: 'by_hand' })).toBe(1);
  }, 60_000);

  it('sessions with the same id from the server are different sessions: nothing is skipped, and a gap is opened', async () => {
    world.sim.gateway.sessions.rules.sessionId = 'the-same';
    const running = world.startIngestor({ BACKFILL_LIMIT: '0' });
    await world.connected(running);
    for (let i = 0; i < 20; i++) world.speak(world.channels[0]!.id, `first ${i}`);
    await until('the first part', 10_000, async () =>
      (await world.recordedIds()).length === 20 ? true : undefined,
    );
    for (const round of [1, 2]) {
      await world.identifyWindowPasses();
      world.sim.faults.expireSessions();
      world.speak(world.channels[0]!.id, `missed ${round}`);
      await begun(running, round + 1);
      await until('the gap to be closed', 40_000, async () =>
        (await world.logged('gap.closed')).length === round ? true : undefined,
      );
      // Fewer than the sequence that the previous session had reached.
      for (let i = 0; i < 3; i++) world.speak(world.channels[0]!.id, `live ${round}.${i}`);
      await until('what is said live', 10_000, async () =>
        (await world.recordedIds()).length === 20 + round * 4 ? true : undefined,
      );
    }
    expect(await world.recordedIds()).toEqual(world.discordIds);
    const sessions = new Set((await world.logged('guild.synced')).map(({ sessionid }) => sessionid));
    expect([...sessions]).toEqual(Array(3).fill(expect.stringMatching(/^the-same~0\.[0-9a-f]{8}$/)));
    world.sim.faults.drop();
    await until('the session to be resumed by its own name', 20_000, async () =>
      (await running.metric('resumes_total')) === 1 ? true : undefined,
    );
  }, 90_000);

  it('the events of two shards are kept apart if a server gives both sessions the same id', async () => {
    await world.close();
    world = await BackfillWorld.start({ maxConcurrency: 2 });
    rules().sessionId = 'the-same';
    const channels = channelsOnBothShards();
    const running = world.startIngestor({ ...QUICK, SHARDS: '2' });
    await world.connected(running);
    const ids = channels.map((channelId) => world.speak(channelId, 'said'));
    // Updates are identified by session and sequence; with this many, the sequences of both shards overlap.
    for (let round = 0; round < 10; round++)
      channels.forEach((channelId, i) =>
        world.sim.world.editMessage(channelId, ids[i]!, { content: `${round}` }),
      );
    await until('every edit of both shards', 20_000, async () =>
      (await world.logged('message.updated')).length === 20 ? true : undefined,
    );
    const sessions = new Set((await world.logged('message.updated')).map(({ sessionid }) => sessionid));
    expect([...sessions].sort()).toEqual(
      [0, 1].map((id) => expect.stringContaining(`the-same~${id}.`) as string),
    );
  }, 60_000);

  /** A text channel in a guild of each of two shards. */
  function channelsOnBothShards(): string[] {
    const channels = new Map<number, string>();
    for (let n = 0; channels.size < 2; n++) {
      const { id: guildId } = world.sim.world.createGuild(`Guild ${n}`);
      const shard = Number((BigInt(guildId) >> 22n) % 2n);
      if (!channels.has(shard))
        channels.set(shard, world.sim.world.createChannel(guildId, { name: 'general' }).id);
    }
    return [...channels.values()];
  }

  it('the ingestor sends the User-Agent of the REST requests with the WebSocket handshake', async () => {
    await world.connected(world.startIngestor(QUICK));
    const [session] = world.sim.gateway.sessions.all();
    expect(session?.userAgent).toBe(USER_AGENT);
    expect(USER_AGENT).toMatch(/^DiscordBot \(https?:\/\/\S+, [\d.]+\)/);
  });

  it('the ingestor stops for a token that REST refuses, whatever code the gateway closes with', async () => {
    closeOn(2, 4000);
    const refusals: string[] = [];
    world.startIngestor({}, (error) => void refusals.push(error.code));
    await until('an identify to be refused', 20_000, () => rules().ops.all()[0]!.hits > 0 || undefined);
    world.sim.answers.add(
      {
        method: null,
        path: '/gateway/bot',
        query: '',
        status: 401,
        body: { code: 0, message: '401: Unauthorized' },
        headers: {},
        hangUp: false,
        delayMs: 0,
        hold: false,
      },
      null,
    );
    await until('the refusal', 20_000, () => refusals[0]);
    expect(refusals[0]).toBe('DISCORD.TOKEN_REFUSED');
    expect(rules().ops.all()[0]!.hits).toBeLessThan(4);
  }, 60_000);
});

/** Mostly waiting: the cases run at the same time, each in its own world. */
describe('an IDENTIFY that is answered with', () => {
  const CODES = [4000, 4003, 1008, 1006, undefined];
  const attempts = new Map<number | undefined, Promise<void>>();

  async function refuseIdentifies(code: number | undefined): Promise<void> {
    const world = await BackfillWorld.start();
    const { rules } = world.sim.gateway.sessions;
    const hits = () => rules.ops.all()[0]!.hits;
    try {
      rules.ops.add({ op: 2, code, shardId: null }, null);
      const running = world.startIngestor();
      await until('two refusals', 60_000, () => (hits() >= 2 ? true : undefined));
      expect(running.ingestor.discordCheck.ok).toBe(false);
      expect(hits()).toBeLessThan(5);
      rules.clear();
      await world.connected(running);
    } finally {
      await world.close();
    }
  }

  beforeAll(() => {
    for (const code of CODES) {
      const attempt = refuseIdentifies(code);
      // Its test reports the failure later.
      attempt.catch(() => undefined);
      attempts.set(code, attempt);
    }
  });
  afterAll(() => Promise.allSettled(attempts.values()));

  it.each(CODES)(
    'an IDENTIFY that is closed with %p is repeated rarely, and succeeds as soon as Discord accepts it',
    (code) => attempts.get(code),
    120_000,
  );
});
