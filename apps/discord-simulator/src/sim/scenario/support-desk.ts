import { ChannelType } from 'discord-api-types/v10';
import type { ChannelRecord, ThreadRecord } from '../../state/model/records.js';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import type { Random } from './random.js';

export const SUPPORT_CHANNEL = 'support';
export const HELPERS_ROLE = 'Helpers';
/** More do not wait at a time. */
const MOST_WAITING = 6;

const QUESTIONS = [
  ['The map does not load', 'Since this morning I see an empty page where the map of the harbour was.'],
  ['Where do I find the templates?', 'The link in the announcement leads to a page that is gone.'],
  ['My kite pulls to the left', 'I built it by the plan of last week. Which line do I shorten?'],
  ['Cannot join the workshop', 'It says that the workshop is full, but only six people are on the list.'],
  [
    'The test build fails on my machine',
    'It stops at the second step without a message. Which log do you need?',
  ],
  ['Can I change my nickname?', 'I have a new name since I moved, and the old one confuses everybody.'],
  ['The robot arm is out of reach', 'It stops a hand too early. Is that a limit of the software?'],
  ['Which paint for the hull?', 'The shop has two kinds, and neither is on the list.'],
] as const;

const ANSWERS = [
  'Thanks for the report. Please reload the page with the Shift key held down and tell me what you see.',
  'They moved to the shared folder, under *Workshop*. I have mended the link.',
  'Shorten the right line by two centimetres and try again in light wind.',
  'I have added you to the list. See you on Friday.',
  'Please send the last twenty lines of `build.log`.',
  'I can do that for you. Which name shall it be?',
  'It is a limit in the settings: raise *reach* to 40.',
] as const;

const FOLLOW_UPS = [
  'I tried that, and it is the same as before.',
  'Half of it works now. What about the second half?',
  'I am not at home before tonight. Can we go on then?',
] as const;

const THANKS = [
  'That was it, thank you!',
  'Works now. Thanks a lot.',
  'Perfect, thank you for the quick answer.',
] as const;

/** People with the helpers' role in each guild. */
const HELPERS = 2;

/** Gives every guild that has none a support channel and helpers. */
export function openSupportChannels(world: World): void {
  const open = new Set(supportChannels(world).map(({ guildId }) => guildId));
  const people = [...world.users.values()].filter(({ bot }) => !bot);
  for (const { id: guildId, unavailable } of world.guilds.values()) {
    if (unavailable || open.has(guildId)) continue;
    world.createChannel(guildId, {
      name: SUPPORT_CHANNEL,
      topic: 'Open a thread, and one of the helpers will answer',
    });
    const role = world.roles.create(guildId, { name: HELPERS_ROLE });
    for (const { id } of people.slice(0, HELPERS)) world.members.update(guildId, id, { roleIds: [role.id] });
  }
}

/** The channels in which helpers answer questions, one thread each. */
export const supportChannels = (world: World): ChannelRecord[] =>
  [...world.channels.values()].filter(
    ({ name, type }) => name === SUPPORT_CHANNEL && type === ChannelType.GuildText,
  );

/** Performs one step: a new question, an answer to the longest waiting question, or a reply to an answer. */
export function playSupportStep(
  world: World,
  { id: channelId, guildId }: ChannelRecord,
  random: Random,
): void {
  const helpers = helpersOf(world, guildId);
  if (helpers.length === 0) return;
  const open = world.threads.ofChannel(channelId).filter(({ archived }) => !archived);
  const waiting = open.filter((thread) => !helpers.includes(lastSpeakerIn(world, thread)));
  const answered = open.filter((thread) => !waiting.includes(thread));
  const dice = random.next();
  if (waiting.length === 0 || (dice < 0.35 && waiting.length < MOST_WAITING))
    return ask(world, channelId, helpers, random);
  const closed = random.pick(answered.length > 0 ? answered : waiting);
  if (dice < 0.65 && answered.length > 0) return writeAgain(world, closed, random);
  world.createMessage(waiting[0]!.id, { authorId: random.pick(helpers), content: random.pick(ANSWERS) });
}

function ask(world: World, channelId: Snowflake, helpers: readonly Snowflake[], random: Random): void {
  const askers = [...world.users.values()].filter(({ id, bot }) => !bot && !helpers.includes(id));
  const { id: ownerId } = random.pick(askers);
  const [name, content] = random.pick(QUESTIONS);
  const thread = world.threads.create(channelId, { name, ownerId });
  world.createMessage(thread.id, { authorId: ownerId, content });
}

/** Two of three are content, and close their thread. */
function writeAgain(world: World, { id, ownerId }: ThreadRecord, random: Random): void {
  const isContent = random.next() < 0.67;
  world.createMessage(id, { authorId: ownerId, content: random.pick(isContent ? THANKS : FOLLOW_UPS) });
  if (isContent) world.threads.update(id, { archived: true });
}

function helpersOf(world: World, guildId: Snowflake): Snowflake[] {
  const guild = world.guild(guildId);
  const role = guild.roles.find(({ name }) => name === HELPERS_ROLE);
  if (!role) return [];
  return [...world.users.keys()].filter((userId) => world.members.roleIdsOf(guild, userId).includes(role.id));
}

const lastSpeakerIn = (world: World, { id, ownerId }: ThreadRecord): Snowflake =>
  world.history(id).all().at(-1)?.authorId ?? ownerId;
