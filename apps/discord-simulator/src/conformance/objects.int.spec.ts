import { Routes, type APIMessage } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';
import { createBot, EVERY_INTENT, type BotClient } from '../testing/bot-client.js';
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

  it('GET a message with files', async () => {
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
});
