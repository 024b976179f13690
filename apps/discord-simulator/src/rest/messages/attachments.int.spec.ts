import { DiscordAPIError } from '@discordjs/rest';
import { Routes, type APIMessage } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../../simulator.js';
import { createBot, until, type BotClient } from '../../testing/bot-client.js';

let sim: Simulator;
let bot: BotClient;
let channelId: string;
const control = (path: string, body: unknown = {}) =>
  fetch(`${sim.url}/_sim/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const speak = async (attachments: object[]) => {
  const response = await control(`channels/${channelId}/messages`, { attachments });
  expect(response.status).toBe(201);
  return (await response.json()) as APIMessage;
};
const refresh = async (urls: unknown) => {
  const body = { attachment_urls: urls };
  const answer = await bot.rest.post('/attachments/refresh-urls', { body });
  return (answer as { refreshed_urls: { original: string; refreshed: string }[] }).refreshed_urls;
};

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 0 });
  bot = createBot(sim.url);
  await bot.manager.connect();
  channelId = [...sim.world.channels.values()].find(({ type }) => type === 0)!.id;
});
afterEach(async () => {
  await bot.stop();
  await sim.close();
});

describe('attachments', () => {
  it('attachments are served at the URL in the message, the same over REST and the gateway', async () => {
    const bytes = Buffer.from([0, 255, 1]);
    const files = [
      { filename: 'a note?.txt', text: 'hé', description: 'a note' },
      { filename: 'x.png', base64: bytes.toString('base64'), contentType: 'image/png', width: 2, height: 3 },
    ];
    const { id, attachments } = await speak(files);
    expect(attachments).toMatchObject([
      { filename: 'a note?.txt', size: 3, description: 'a note', content_type: 'text/plain; charset=utf-8' },
      { filename: 'x.png', size: 3, content_type: 'image/png', width: 2, height: 3 },
    ]);
    await until(() => bot.dispatches.some(({ t }) => t === 'MESSAGE_CREATE'));
    const dispatched = bot.dispatches.find(({ t }) => t === 'MESSAGE_CREATE')?.d as APIMessage;
    const read = (await bot.rest.get(Routes.channelMessage(channelId, id))) as APIMessage;
    for (const message of [dispatched, read]) {
      const note = await fetch(message.attachments[0]!.url);
      expect([note.headers.get('content-type'), await note.text()]).toEqual([
        'text/plain; charset=utf-8',
        'hé',
      ]);
      const image = await fetch(message.attachments[1]!.url);
      expect(Buffer.from(await image.arrayBuffer())).toEqual(bytes);
    }
  });

  it('attachments are not found once their URL expired, was changed, or the message was deleted', async () => {
    const { id, attachments } = await speak([{ filename: 'a.txt', text: 'a' }]);
    const { url } = attachments[0]!;
    const status = async (address: string) => (await fetch(address)).status;
    expect([await status(url), await status(url.split('?')[0]!)]).toEqual([200, 404]);
    expect(await status(url.replace(/hm=./, 'hm=x'))).toBe(404);
    await control('attachments/expire');
    expect(await status(url)).toBe(404);
    const [fresh] = await refresh([url]);
    expect(fresh?.original).toBe(url);
    expect(await status(fresh!.refreshed)).toBe(200);
    sim.world.deleteMessage(channelId, id);
    expect(await status(fresh!.refreshed)).toBe(404);
  });

  it('a bot gets fresh URLs for up to 50 attachments', async () => {
    const path = `${sim.url}/attachments/1/2/a.txt`;
    expect(await refresh(Array(50).fill(path))).toHaveLength(50);
    for (const wrong of [Array(51).fill(path), [], 'x', ['no address'], [`${sim.url}/other/1/2/3`]])
      await expect(refresh(wrong)).rejects.toMatchObject({ code: 50035 });
    await expect(refresh([])).rejects.toBeInstanceOf(DiscordAPIError);
    const anonymous = await fetch(`${sim.url}/api/v10/attachments/refresh-urls`, { method: 'POST' });
    expect(anonymous.status).toBe(401);
  });

  it('attachments without bytes, or with a path as their name, are rejected', async () => {
    const refused = async (attachments: object[]) =>
      (await control(`channels/${channelId}/messages`, { attachments })).status;
    expect(await refused([])).toBe(400);
    expect(await refused([{ filename: 'a' }])).toBe(400);
    expect(await refused([{ filename: '../a', text: 'a' }])).toBe(400);
    expect(await refused([{ filename: 'a', text: 'a'.repeat(1_048_577) }])).toBe(400);
  });
});
