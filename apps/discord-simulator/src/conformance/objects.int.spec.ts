import { Routes, type APIInvite, type APIMessage } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../testing/bot-client.js';
import { conformance } from './with-spec.js';

conformance('conformance of files, pins and invites', (spec) => {
  let sim: Simulator;
  let bot: BotClient;
  let channelId: string;
  let authorId: string;

  beforeAll(async () => {
    sim = await startSimulator({ historyPerChannel: 0 });
    bot = createBot(sim.url, { intents: EVERY_INTENT });
    await bot.manager.connect();
    channelId = [...sim.world.channels.values()].find(({ type }) => type === 0)!.id;
    authorId = [...sim.world.users.values()].find((user) => !user.bot)!.id;
  });
  afterAll(async () => {
    await bot.stop();
    await sim.close();
  });

  it('a message with files has the documented shape', async () => {
    const data = Buffer.from('x').toString('base64');
    const attachments = [
      { filename: 'a b.txt', contentType: 'text/plain', data, description: 'a note' },
      { filename: 'c.png', contentType: 'image/png', data, width: 1, height: 1 },
    ];
    const { id } = sim.world.createMessage(channelId, { authorId, content: '', attachments });
    const message = (await bot.rest.get(Routes.channelMessage(channelId, id))) as APIMessage;
    expect(message.attachments).toHaveLength(2);
    const path = '/channels/{channel_id}/messages/{message_id}';
    expect(spec.problemsOfAnswer('get', path, message)).toEqual([]);
  });

  it('pins have the documented shape, by both routes', async () => {
    const { id } = sim.world.createMessage(channelId, { authorId, content: 'pinned' });
    sim.world.pins.pin(channelId, id);
    const page = await bot.rest.get(`/channels/${channelId}/messages/pins`);
    expect(page).toMatchObject({ items: [{ message: { id, pinned: true } }] });
    expect(spec.problemsOfAnswer('get', '/channels/{channel_id}/messages/pins', page)).toEqual([]);
    const old = await bot.rest.get(Routes.channelPins(channelId));
    expect(spec.problemsOfAnswer('get', '/channels/{channel_id}/pins', old)).toEqual([]);
  });

  it('the responses of POST and GET for invites have the documented shape', async () => {
    const route = Routes.channelInvites(channelId);
    const made = (await bot.rest.post(route, { body: {} })) as APIInvite;
    const { guildId } = sim.world.channel(channelId);
    expect(spec.problemsOf('GuildInviteResponse', made)).toEqual([]);
    const list = await bot.rest.get(Routes.guildInvites(guildId));
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/invites', list)).toEqual([]);
    expect(spec.problemsOfAnswer('get', '/channels/{channel_id}/invites', list)).toEqual([]);
    await bot.rest.delete(Routes.invite(made.code));
  });

  spec.itWithEvents.each(['CHANNEL_PINS_UPDATE', 'INVITE_CREATE', 'INVITE_DELETE'])(
    '%s has documented fields only',
    async (t) => {
      await until(() => bot.dispatches.some((each) => each.t === t));
      const d = bot.dispatches.find((each) => each.t === t)?.d as object;
      expect(spec.unknownFieldsOf(t, null, d)).toEqual([]);
    },
  );
});
