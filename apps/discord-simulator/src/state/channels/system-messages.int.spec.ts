import { MessageType, type APIMessage } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../../simulator.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../../testing/bot-client.js';

const CREATED = 'MESSAGE_CREATE';

describe('system messages', () => {
  let sim: Simulator;
  let bot: BotClient;
  beforeEach(async () => {
    sim = await startSimulator({ guilds: 1, historyPerChannel: 1 });
    bot = createBot(sim.url, { intents: EVERY_INTENT });
    await bot.manager.connect();
    await until(() => bot.dispatches.some(({ t }) => t === 'GUILD_CREATE'));
  });
  afterEach(async () => {
    await bot.stop();
    await sim.close();
  });

  const parts = () => {
    const guild = [...sim.world.guilds.values()][0]!;
    const channel = [...sim.world.channels.values()].find(({ type }) => type === 0)!;
    const person = [...sim.world.users.values()].find((user) => !user.bot)!;
    const [message] = sim.world.history(channel.id).all();
    return { guild, channel, person, message: message! };
  };
  /** Causes one system message of every kind. */
  const happen = () => {
    const { guild, channel, person, message } = parts();
    sim.world.members.leave(guild.id, person.id);
    sim.world.members.join(guild.id, person.id);
    sim.world.system.boosted(guild.id, person.id);
    sim.world.pins.pin(channel.id, message.id, person.id);
    const thread = sim.world.threads.create(channel.id, { name: 'Aside', ownerId: person.id });
    sim.world.threads.create(channel.id, { name: 'At a message', ownerId: person.id, messageId: message.id });
    sim.world.createMessage(channel.id, { authorId: person.id, content: 'the end' });
    return { thread };
  };
  const systemMessages = async () => {
    const created = () =>
      bot.dispatches.filter(({ t }) => t === CREATED).map(({ d }) => d as unknown as APIMessage);
    await until(() => created().at(-1)?.content === 'the end');
    return created().slice(0, -1);
  };

  it('system messages announce joins, boosts, pins and threads, after the event itself', async () => {
    const { guild, channel, person, message } = parts();
    sim.world.updateGuild(guild.id, { systemChannelId: channel.id });
    const { thread } = happen();
    const messages = await systemMessages();
    const reference = { type: 0, guild_id: guild.id };
    expect(messages).toMatchObject([
      { type: MessageType.UserJoin, content: '' },
      { type: MessageType.GuildBoost, content: '' },
      {
        type: MessageType.ChannelPinnedMessage,
        message_reference: { ...reference, channel_id: channel.id, message_id: message.id },
      },
      {
        type: MessageType.ThreadCreated,
        content: 'Aside',
        message_reference: { ...reference, channel_id: thread.id },
      },
    ]);
    expect(messages.map(({ author, channel_id }) => [author.id, channel_id])).toEqual(
      Array(4).fill([person.id, channel.id]),
    );
    const order: (string | number)[] = bot.dispatches.map(({ t, d }) =>
      t === CREATED ? (d as unknown as APIMessage).type : t,
    );
    expect(order.indexOf('CHANNEL_PINS_UPDATE')).toBeLessThan(
      order.indexOf(MessageType.ChannelPinnedMessage),
    );
    expect(order.indexOf('THREAD_CREATE')).toBeLessThan(order.indexOf(MessageType.ThreadCreated));
    const page = (await bot.rest.get(`/channels/${channel.id}/messages`)) as APIMessage[];
    expect(
      page
        .map(({ type }) => type)
        .reverse()
        .slice(1, -1),
    ).toEqual([7, 8, 6, 18]);
  });

  it('system messages exist only in guilds that name an existing channel for them', async () => {
    const { guild } = parts();
    const news = sim.world.createChannel(guild.id, { name: 'news' });
    sim.world.updateGuild(guild.id, { systemChannelId: news.id });
    expect(await bot.rest.get(`/guilds/${guild.id}`)).toMatchObject({ system_channel_id: news.id });
    sim.world.deleteChannel(news.id);
    happen();
    expect(await systemMessages()).toEqual([]);
    expect(await bot.rest.get(`/guilds/${guild.id}`)).toMatchObject({ system_channel_id: null });
    expect(() => sim.world.updateGuild(guild.id, { systemChannelId: news.id })).toThrow(/no channel/);
  });
});
