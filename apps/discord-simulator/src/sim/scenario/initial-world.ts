import { ChannelType } from 'discord-api-types/v10';
import type { SimulatorOptions } from '../../options.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import { epochMs, type NewChannel, type World } from '../../state/world.js';
import { GUILD_NAMES, sentence, USERNAMES } from './phrases.js';
import { Random } from '../random.js';

const DAY_MS = 86_400_000;
const HISTORY_SPAN_MS = 2 * DAY_MS;

type Template = NewChannel & { children?: NewChannel[] };

const CHANNELS: readonly Template[] = [
  { name: 'welcome', topic: 'Start here' },
  { name: 'announcements', type: ChannelType.GuildAnnouncement, topic: 'News, rarely' },
  {
    name: 'Talk',
    type: ChannelType.GuildCategory,
    children: [
      { name: 'general', topic: 'Anything goes' },
      { name: 'random' },
      { name: 'help', topic: 'Ask, and someone will answer', rateLimitPerUser: 5 },
    ],
  },
  {
    name: 'Projects',
    type: ChannelType.GuildCategory,
    children: [{ name: 'show-and-tell', topic: 'What you made' }, { name: 'ideas' }],
  },
  {
    name: 'Rooms',
    type: ChannelType.GuildCategory,
    children: [
      { name: 'Lounge', type: ChannelType.GuildVoice },
      { name: 'Workbench', type: ChannelType.GuildVoice },
      { name: 'Town Hall', type: ChannelType.GuildStageVoice, topic: 'Monthly gathering' },
    ],
  },
];

type FirstWorldOptions = Pick<SimulatorOptions, 'seed' | 'guilds' | 'historyPerChannel'>;

/** Fills an empty world with the bot, several users, guilds with channels, and some history, all dated before now. */
export function createInitialWorld(world: World, options: FirstWorldOptions): void {
  const random = new Random(options.seed);
  const nowMs = epochMs();
  world.asHistory(nowMs - 60 * DAY_MS, () => {
    world.createUser('relay-sim-bot', { bot: true });
    for (const username of USERNAMES) world.createUser(username, { globalName: titleOf(username) });
  });
  for (let i = 0; i < options.guilds; i++) {
    // A day and an odd number of milliseconds apart, so that two guilds are on different shards.
    world.asHistory(nowMs - 30 * DAY_MS + i * (DAY_MS + 1), () => createGuild(world, guildName(i)));
  }
  writeHistory(world, random, options.historyPerChannel, nowMs);
}

function createGuild(world: World, name: string): void {
  const guild = world.createGuild(name, { description: `${name}: a place that does not exist` });
  let position = 0;
  for (const { children = [], ...template } of CHANNELS) {
    const parent = world.createChannel(guild.id, { ...template, position: position++ });
    for (const child of children) {
      world.createChannel(guild.id, { ...child, parentId: parent.id, position: position++ });
    }
  }
}

function writeHistory(world: World, random: Random, perChannel: number, nowMs: number): void {
  const channelIds = [...world.channels.values()]
    .filter(({ type }) => type === ChannelType.GuildText)
    .map(({ id }) => id);
  const authors: Snowflake[] = [...world.users.values()].filter((user) => !user.bot).map((user) => user.id);
  const total = channelIds.length * perChannel;
  for (let i = 0; i < total; i++) {
    const channelId = channelIds[i % channelIds.length] ?? '';
    const atMs = Math.floor(nowMs - HISTORY_SPAN_MS + (i * HISTORY_SPAN_MS) / total);
    world.asHistory(atMs, () =>
      world.createMessage(channelId, { authorId: random.pick(authors), content: sentence(random) }),
    );
  }
}

function guildName(index: number): string {
  const name = GUILD_NAMES[index % GUILD_NAMES.length] ?? 'Server';
  return index < GUILD_NAMES.length ? name : `${name} ${Math.floor(index / GUILD_NAMES.length) + 1}`;
}

function titleOf(username: string): string {
  return username.replace(
    /(^|-)([a-z])/g,
    (_match, dash: string, letter: string) => (dash ? ' ' : '') + letter.toUpperCase(),
  );
}
