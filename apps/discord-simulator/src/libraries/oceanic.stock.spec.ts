import { Client } from 'oceanic.js';
import type { Simulator } from '../simulator.js';
import { itSurvives, startLibraryTest, type LibraryBot } from './library-test.js';

type Bot = LibraryBot & { client: Client };

async function connect(sim: Simulator): Promise<Bot> {
  const client = new Client({
    auth: 'Bot a-token',
    rest: { baseURL: `${sim.url}/api/v10` },
    gateway: {
      intents: ['GUILDS', 'GUILD_MEMBERS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
    },
  });
  const received: string[] = [];
  client.on('messageCreate', ({ content }) => void received.push(content));
  client.on('error', () => undefined);
  const ready = new Promise<void>((resolve) => client.once('ready', resolve));
  await client.connect();
  await ready;
  return {
    received,
    client,
    send: (id, content) => client.rest.channels.createMessage(id, { content }),
    stop: () => Promise.resolve(client.disconnect(false)),
  };
}

describe('oceanic.js', () => {
  itSurvives(connect);

  it('oceanic.js logs in, fills its caches, and reads members and history', async () => {
    const trial = await startLibraryTest(connect);
    const { client } = trial.bot;
    expect(client.user.id).toBe(trial.sim.world.bot.id);
    const guild = client.guilds.get(trial.guildId)!;
    expect(guild.channels.size).toBe(trial.sim.world.channelsOf(trial.guildId).length);
    const members = await guild.fetchMembers({ query: '', limit: 0 } as never);
    expect(members).toHaveLength(trial.sim.world.users.size);
    const messages = await client.rest.channels.getMessages(trial.channelId, { limit: 100 });
    expect(messages).toHaveLength(3);
    const file = { name: 'notes.txt', contents: Buffer.from('three things') };
    const sent = await client.rest.channels.createMessage(trial.channelId, {
      content: 'with a file',
      files: [file],
    });
    expect(sent.attachments.first()).toMatchObject({ filename: 'notes.txt', size: 12 });
  });
});
