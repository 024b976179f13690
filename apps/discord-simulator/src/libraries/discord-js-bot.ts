import { Client, Events, GatewayIntentBits as I, type ClientOptions, type TextChannel } from 'discord.js';
import type { Simulator } from '../simulator.js';
import type { LibraryBot } from './library-test.js';

export type DiscordJsBot = LibraryBot & { client: Client<true> };

const INTENTS = [
  I.Guilds,
  I.GuildMembers,
  I.GuildMessages,
  I.GuildMessageReactions,
  I.GuildMessageTyping,
  I.GuildModeration,
  I.GuildWebhooks,
  I.MessageContent,
];

/** A complete discord.js client that is ready. */
export async function connectDiscordJs(
  sim: Simulator,
  options: Partial<ClientOptions> = {},
): Promise<DiscordJsBot> {
  const client = new Client({ intents: INTENTS, rest: { api: `${sim.url}/api`, version: '10' }, ...options });
  const received: string[] = [];
  client.on(Events.MessageCreate, ({ content }) => void received.push(content));
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login('a-token');
  return {
    received,
    client: await ready,
    send: async (id, content) => (await textChannel(client, id)).send(content),
    stop: () => client.destroy(),
  };
}

export async function textChannel(client: Client, id: string): Promise<TextChannel> {
  return (await client.channels.fetch(id)) as TextChannel;
}
