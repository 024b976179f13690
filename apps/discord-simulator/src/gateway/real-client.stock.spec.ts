import {
  GatewayDispatchEvents as E,
  GatewayIntentBits,
  Routes,
  type GatewayDispatchPayload,
} from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';
import type { SimulatorOptions } from '../options.js';
import { ALL_INTENTS, createBot, until, type BotClient } from '../testing/bot-client.js';

let sim: Simulator;
let bots: BotClient[];

const start = async (options: Partial<SimulatorOptions> = {}): Promise<void> => {
  sim = await startSimulator({ historyPerChannel: 3, ...options });
};
const connect = async (options: Parameters<typeof createBot>[1] = {}): Promise<BotClient> => {
  const bot = createBot(sim.url, options);
  bots.push(bot);
  await bot.manager.connect();
  return bot;
};
const firstChannel = () => [...sim.world.channels.values()].find((channel) => channel.name === 'general')!;
const anyone = () => [...sim.world.users.values()].find((user) => !user.bot)!;
const say = (content: string) =>
  sim.world.createMessage(firstChannel().id, { authorId: anyone().id, content });
const contents = (bot: BotClient) =>
  bot.dispatches.flatMap((each) => (each.t === E.MessageCreate && each.d ? [each.d.content] : []));
const sequences = (list: GatewayDispatchPayload[]) => list.map((each) => each.s);
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

beforeEach(() => {
  bots = [];
});
afterEach(async () => {
  await Promise.all(bots.map((bot) => bot.stop()));
  await sim.close();
});

describe('@discordjs/ws against the simulator', () => {
  it('@discordjs/ws identifies, gets READY, one GUILD_CREATE per guild, then live messages, numbered without gaps', async () => {
    await start();
    const bot = await connect();
    say('one');
    say('two');
    await until(() => contents(bot).length === 2);
    expect(bot.dispatches.map((each) => each.t)).toEqual([
      'READY',
      'GUILD_CREATE',
      'GUILD_CREATE',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
    ]);
    expect(sequences(bot.dispatches)).toEqual([1, 2, 3, 4, 5]);
    expect(contents(bot)).toEqual(['one', 'two']);
    const last = bot.dispatches.at(-1);
    expect(last?.d).toMatchObject({ guild_id: firstChannel().guildId, member: { roles: [] } });
  });

  it('@discordjs/ws gets exactly what it missed, in order, after a dropped connection', async () => {
    await start();
    const bot = await connect();
    say('before');
    await until(() => contents(bot).length === 1);
    sim.faults.drop();
    for (let i = 0; i < 50; i++) say(`missed ${i}`);
    await until(() => bot.resumes.length === 1);
    say('after');
    await until(() => contents(bot).length === 52);
    expect(contents(bot)).toEqual(['before', ...numbered(0, 49).map((i) => `missed ${i}`), 'after']);
    expect(sequences(bot.dispatches)).toEqual(numbered(1, bot.dispatches.length));
    expect(bot.dispatches.filter((each) => each.t === 'READY')).toHaveLength(1);
    expect(sim.gateway.sessions.identifies).toBe(1);
  });

  it('@discordjs/ws resumes after op 7 and after op 9 with d true', async () => {
    await start();
    const bot = await connect();
    sim.faults.reconnect();
    await until(() => bot.resumes.length === 1);
    sim.faults.invalidate(true);
    say('while invalid');
    await until(() => bot.resumes.length === 2);
    expect(contents(bot)).toEqual(['while invalid']);
    expect(sim.gateway.sessions.identifies).toBe(1);
  });

  it('@discordjs/ws identifies anew after op 9 with d false', async () => {
    await start();
    const bot = await connect();
    sim.faults.invalidate(false);
    await until(() => bot.dispatches.filter((each) => each.t === 'READY').length === 2, 15_000);
    expect(sim.gateway.sessions.identifies).toBe(2);
    expect(bot.resumes).toEqual([]);
  }, 20_000);

  it('@discordjs/ws is refused with 4004 and 401 if its token is unknown', async () => {
    await start({ token: 'right' });
    await expect(createBot(sim.url, { token: 'wrong' }).rest.get(Routes.user())).rejects.toMatchObject({
      status: 401,
    });
    const bot = createBot(sim.url, { token: 'right' });
    bots.push(bot);
    bot.manager.options.token = 'wrong';
    void bot.manager.connect().catch(() => undefined);
    await until(() => bot.closes.includes(4004));
    expect(bot.errors.map((error) => error.message)).toEqual(['Authentication failed']);
  });

  it('@discordjs/ws gets a new session once the resume window of the old one has ended', async () => {
    await start({ resumeWindowMs: 60 });
    const bot = await connect();
    sim.faults.drop();
    await until(() => bot.dispatches.filter((each) => each.t === 'READY').length === 2, 15_000);
    expect(bot.resumes).toEqual([]);
    expect([...sim.gateway.sessions.all()]).toHaveLength(1);
  }, 20_000);

  it('@discordjs/ws gets a guild on its shard only', async () => {
    await start({ guilds: 4 });
    const bot = await connect({ shardCount: 2 });
    const readies = bot.dispatches.filter((each) => each.t === 'READY');
    expect(readies).toHaveLength(2);
    await until(() => bot.dispatches.filter((each) => each.t === 'GUILD_CREATE').length === 4);
    say('once');
    await until(() => contents(bot).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(contents(bot)).toEqual(['once']);
  }, 30_000);

  it('@discordjs/ws gets events by its intents, and empty content without MESSAGE_CONTENT', async () => {
    await start();
    const blind = await connect({ intents: GatewayIntentBits.GuildMessages });
    const message = say('secret');
    say(`hello <@${sim.world.bot.id}>`);
    sim.world.editMessage(message.channelId, message.id, { content: 'more secret' });
    await until(() => blind.dispatches.length === 4);
    expect(blind.dispatches.map((each) => each.t)).toEqual([
      'READY',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'MESSAGE_UPDATE',
    ]);
    expect(contents(blind)).toEqual(['', `hello <@${sim.world.bot.id}>`]);
  });

  it('@discordjs/ws gets raw dispatches of any name, shape and size in sequence', async () => {
    await start();
    const bot = await connect({ intents: ALL_INTENTS });
    sim.faults.dispatch('SOMETHING_NEW', { a: 1 });
    sim.faults.dispatch('MESSAGE_CREATE', null);
    sim.faults.dispatch('MESSAGE_CREATE', {
      guild_id: firstChannel().guildId,
      content: 'x'.repeat(4_194_304),
    });
    sim.faults.raw('no json at all');
    say('still here');
    await until(() => contents(bot).includes('still here'));
    expect(sequences(bot.dispatches)).toEqual(numbered(1, bot.dispatches.length));
    expect(bot.dispatches.slice(3).map((each) => each.t)).toEqual([
      'SOMETHING_NEW',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
    ]);
  });
});
