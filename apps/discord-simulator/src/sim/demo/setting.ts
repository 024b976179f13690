import { ChannelType, GuildScheduledEventStatus, StickerFormatType } from 'discord-api-types/v10';
import type { ChannelRecord, ScheduledEventRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import type { Person } from './line.js';
import { planeSticker } from './lottie.js';
import { kiteSticker } from './pictures.js';

const SUPPORT_CHANNEL = 'support';
const HELPERS_ROLE = 'Helpers';
export const SOLVED_TAG = 'Solved';
/** The moderators of the demo, who are also its helpers. */
export const HELPERS = ['amber', 'birch'] as const satisfies readonly Person[];

interface RoleOfDemo {
  name: string;
  color: number;
  people: readonly Person[];
}

const ROLES: readonly RoleOfDemo[] = [
  { name: HELPERS_ROLE, color: 0x2e_86_ab, people: HELPERS },
  { name: 'Pilots', color: 0xc0_57_46, people: ['cobalt', 'dune', 'ember'] },
  { name: 'Builders', color: 0x6a_4c_93, people: ['glade', 'hazel'] },
];

const TAGS = [
  { name: 'Question', emoji: '❓' },
  { name: 'Repair', emoji: '🔧' },
  { name: 'Organisation', emoji: '📅' },
  { name: SOLVED_TAG, emoji: '✅' },
] as const;

/** Adds a support forum, roles, stickers and system messages to every guild without a support forum. */
export function prepareGuilds(world: World): void {
  for (const guild of world.guilds.values())
    if (!guild.unavailable && !supportForumOf(world, guild.id)) prepareGuild(world, guild.id);
}

function prepareGuild(world: World, guildId: Snowflake): void {
  world.createChannel(guildId, {
    name: SUPPORT_CHANNEL,
    type: ChannelType.GuildForum,
    topic: 'Ask here, and one of the helpers will answer. Please look for an older post first.',
    availableTags: TAGS.map(({ name, emoji }) => ({
      name,
      moderated: name === SOLVED_TAG,
      emoji: { id: null, name: emoji, animated: false },
    })),
  });
  for (const { people, ...role } of ROLES) {
    const { id } = world.roles.create(guildId, { ...role, hoist: true, mentionable: true });
    for (const person of people) giveRole(world, guildId, personIn(world, person), id);
  }
  const sticker = { description: null, tags: 'kite' };
  world.stickers.create(guildId, {
    ...sticker,
    ...{ name: 'Kite', formatType: StickerFormatType.PNG, data: kiteSticker() },
  });
  world.stickers.create(guildId, {
    ...sticker,
    ...{ name: 'Plane', formatType: StickerFormatType.Lottie, data: planeSticker() },
  });
  const welcome = channelNamed(world, guildId, 'welcome');
  const scheduledEvents = announcedEvents(world, guildId);
  world.updateGuild(guildId, { scheduledEvents, ...(welcome && { systemChannelId: welcome.id }) });
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** An evening in a room, and a day at the beach. */
function announcedEvents(world: World, guildId: Snowflake): ScheduledEventRecord[] {
  const status = GuildScheduledEventStatus.Scheduled;
  const today = Math.floor(world.nowMs() / DAY_MS) * DAY_MS;
  const evening = today + 3 * DAY_MS + 19 * HOUR_MS;
  const morning = today + 6 * DAY_MS + 10 * HOUR_MS;
  return [
    {
      ...{ id: world.newId(), status, creatorId: personIn(world, 'amber'), location: null },
      name: 'Repair evening',
      description: 'Bring what is broken. We go through it together, one kite after the other.',
      channelId: channelNamed(world, guildId, 'Workbench')?.id ?? null,
      ...{ startsAtMs: evening, endsAtMs: evening + 2 * HOUR_MS },
    },
    {
      ...{ id: world.newId(), status, creatorId: personIn(world, 'birch'), channelId: null },
      name: 'Flying day',
      description: 'If the wind is stronger than 20 knots, we meet in the workshop instead.',
      location: 'The beach, north car park',
      ...{ startsAtMs: morning, endsAtMs: morning + 8 * HOUR_MS },
    },
  ];
}

/** The forum in which helpers answer questions. */
export const supportForumOf = (world: World, guildId: Snowflake): ChannelRecord | undefined =>
  world
    .channelsOf(guildId)
    .find(({ name, type }) => name === SUPPORT_CHANNEL && type === ChannelType.GuildForum);

export const channelNamed = (world: World, guildId: Snowflake, name: string): ChannelRecord | undefined =>
  world.channelsOf(guildId).find((channel) => channel.name === name);

/** The id of a person, by the first part of their user name; any person if there is none of that name. */
export function personIn(world: World, person: Person): Snowflake {
  const people = [...world.users.values()].filter(({ bot }) => !bot);
  return (people.find(({ username }) => username.startsWith(`${person}-`)) ?? people[0] ?? world.bot).id;
}

function giveRole(world: World, guildId: Snowflake, userId: Snowflake, roleId: Snowflake): void {
  const { roleIds } = world.members.get(guildId, userId);
  world.members.update(guildId, userId, { roleIds: [...roleIds, roleId] });
}
