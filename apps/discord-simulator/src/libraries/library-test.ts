import type { SimulatorOptions } from '../options.js';
import { startSimulator, type Simulator } from '../simulator.js';
import { until } from '../testing/bot-client.js';

/** A bot based on one library. */
export interface LibraryBot {
  /** Contents of the messages that it received, in order. */
  readonly received: string[];
  send(channelId: string, content: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface LibraryTest {
  readonly sim: Simulator;
  readonly bot: LibraryBot;
  readonly guildId: string;
  readonly channelId: string;
  say(content: string): string;
}

// After a session has ended, libraries wait 1 to 5 s, or until they may identify again.
const NEW_SESSION_MS = 20_000;

/** Starts a simulator and a bot, which is ready. */
export async function startLibraryTest<T extends LibraryBot>(
  connect: (sim: Simulator) => Promise<T>,
  options: Partial<SimulatorOptions> = {},
): Promise<LibraryTest & { bot: T }> {
  const sim = await startSimulator({ guilds: 1, historyPerChannel: 3, ...options });
  const bot = await connect(sim);
  const [guildId = ''] = sim.world.guilds.keys();
  const channelId = sim.world.channelsOf(guildId).find(({ name }) => name === 'general')!.id;
  const authorId = [...sim.world.users.values()].find((user) => !user.bot)!.id;
  const say = (content: string) => sim.world.createMessage(channelId, { authorId, content }).id;
  const close = async (): Promise<void> => {
    await bot.stop();
    await sim.close();
  };
  open.push(close);
  return { sim, bot, guildId, channelId, say };
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** The tests that every library must pass unmodified. */
export function itSurvives(connect: (sim: Simulator) => Promise<LibraryBot>): void {
  it('the library resumes after a drop and after op 7, and receives every message once', async () => {
    const trial = await startLibraryTest(connect);
    const { sim, bot, say } = trial;
    say('before');
    await until(() => bot.received.length === 1);
    sim.faults.drop();
    for (let i = 0; i < 20; i++) say(`dropped ${i}`);
    await until(() => sim.gateway.sessions.resumes === 1, NEW_SESSION_MS);
    sim.faults.reconnect();
    for (let i = 0; i < 20; i++) say(`reconnected ${i}`);
    await until(() => sim.gateway.sessions.resumes === 2, NEW_SESSION_MS);
    await until(() => bot.received.length === 41);
    const numbered = (word: string) => Array.from({ length: 20 }, (_, i) => `${word} ${i}`);
    expect(bot.received).toEqual(['before', ...numbered('dropped'), ...numbered('reconnected')]);
    expect(sim.gateway.sessions.identifies).toBe(1);
  }, 60_000);

  it('the library starts a new session after op 9, spontaneous or in response to a RESUME', async () => {
    const trial = await startLibraryTest(connect, { invalidSessionDelayMs: 1000 });
    const { sim, bot, say } = trial;
    sim.faults.invalidate(false);
    await until(() => sim.gateway.sessions.identifies === 2, NEW_SESSION_MS);
    sim.faults.expireSessions();
    await until(() => sim.gateway.sessions.identifies === 3, NEW_SESSION_MS);
    say('after');
    await until(() => bot.received.includes('after'));
  }, 60_000);

  it('the library sends twenty messages at once through the rate limits, each once', async () => {
    const trial = await startLibraryTest(connect, { restBucketLimit: 5, restBucketWindowMs: 300 });
    const { sim, bot, channelId } = trial;
    const expected = Array.from({ length: 20 }, (_, i) => `quick ${i}`);
    await Promise.all(expected.map((content) => bot.send(channelId, content)));
    await until(() => bot.received.length === 20);
    const stored = sim.world.history(channelId).all().slice(-20);
    expect(stored.map(({ content }) => content).sort()).toEqual([...expected].sort());
    expect([...bot.received].sort()).toEqual([...expected].sort());
  }, 60_000);
}
