import Eris from 'eris';
import { Agent } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import type { Simulator } from '../simulator.js';
import { itSurvives, startLibraryTest, type LibraryBot } from './library-test.js';

type Bot = LibraryBot & { client: Eris.Client };

/** Eris uses HTTPS only: this agent gives it plain sockets, and the library needs no change. */
class PlainAgent extends Agent {
  constructor(private readonly toPort: number) {
    super();
  }

  override createConnection(): Socket {
    return connectTcp(this.toPort, '127.0.0.1');
  }
}

async function connect(sim: Simulator): Promise<Bot> {
  const client = Eris('Bot a-token', {
    intents: ['guilds', 'guildMembers', 'guildMessages', 'messageContent'],
    rest: { domain: `127.0.0.1:${sim.port}`, agent: new PlainAgent(sim.port) },
    restMode: true,
  });
  const received: string[] = [];
  client.on('messageCreate', ({ content }) => void received.push(content));
  client.on('error', () => undefined);
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  await client.connect();
  await ready;
  return {
    received,
    client,
    send: (id, content) => client.createMessage(id, content),
    stop: () => Promise.resolve(client.disconnect({ reconnect: false })),
  };
}

describe('eris', () => {
  itSurvives(connect);

  it('eris logs in, fills its caches, and reads members and history', async () => {
    const trial = await startLibraryTest(connect);
    const { client } = trial.bot;
    expect(client.user.id).toBe(trial.sim.world.bot.id);
    const guild = client.guilds.get(trial.guildId)!;
    expect(guild.channels.size).toBe(trial.sim.world.channelsOf(trial.guildId).length);
    expect(await guild.fetchMembers()).toHaveLength(trial.sim.world.users.size);
    expect(await client.getMessages(trial.channelId, { limit: 100 })).toHaveLength(3);
    const sent = await client.createMessage(
      trial.channelId,
      { content: 'with a file' },
      { name: 'notes.txt', file: Buffer.from('three things') },
    );
    expect(sent.attachments).toMatchObject([{ filename: 'notes.txt', size: 12 }]);
  });
});
