import type { PageContext } from './page-context.js';

/** Names in both directions, which must not affect the text around them. */
export const THREAD_NAME = 'שרשור (1) to read';
export const FORUM_NAME = 'أسئلة';
const [GUILD_NAME, CHANNEL_NAME, ROOM_NAME, TAG_NAME] = ['שרת Kites', 'כללי-2', 'غرفة (3)', 'Solved תם'];

/** What the views show. */
export interface ViewWorld {
  guildId: string;
  channelId: string;
  threadId: string;
  forumId: string;
  roomId: string;
  /** A message in Hebrew with code and an address. */
  hebrewId: string;
}

const HEBREW = 'שלום! `npm start` לא עובד, ראו https://example.org/a?b=1 (message 12).';
const ARABIC = '# مرحبا\n- واحد two\n- **ثلاثة**\n> اقتباس (quote)\n```ts\nconst a = 1;\n```';
const LONG = `a message with ${'averylongwordwithoutspaces'.repeat(12)} and ||a spoiler||`;

/** A server whose names, messages and people are written in both directions. */
export async function createViewWorld({ temp: { sim }, userId }: PageContext): Promise<ViewWorld> {
  const guild = await sim.createGuild(GUILD_NAME!, [{ name: CHANNEL_NAME! }]);
  const guildId = guild.id;
  const channelId = guild.channels[0]!.id;
  const roomId = (await sim.createRoom(guildId, ROOM_NAME!)).id;
  const threadId = (await sim.createThread(channelId, THREAD_NAME, userId)).id;
  const forum = await sim.createForum(guildId, FORUM_NAME, [{ name: TAG_NAME!, emoji: '✅' }]);
  const appliedTagIds = forum.availableTags.map(({ id }) => id);
  await sim.createPost(forum.id, { name: 'Which glue?', userId, appliedTagIds });
  await sim.createRole(guildId, { name: 'מנהלים', permissions: '0' });
  const hebrewId = (await sim.say(channelId, HEBREW, 'דנה (dana)')).id;
  for (const text of [ARABIC, LONG, 'a message to search for https://example.org'])
    await sim.say(channelId, text, 'ليلى');
  await sim.reply(channelId, hebrewId, 'תשובה, then an answer');
  await sim.sendFiles(channelId, [{ filename: 'תוכנית (plan).txt', text: 'a plan' }]);
  await sim.startPoll(channelId, 'תה או קפה?', ['תה (tea)', 'קפה']);
  await sim.dispatch('GUILD_SCHEDULED_EVENT_CREATE', eventIn(guildId, userId));
  return { guildId, channelId, threadId, forumId: forum.id, roomId, hebrewId };
}

const eventIn = (guildId: string, creatorId: string) => ({
  ...{ id: '6001', guild_id: guildId, channel_id: null, creator_id: creatorId, name: 'ערב תיקונים (1)' },
  ...{ description: 'הביאו עפיפון. Bring a kite.', privacy_level: 2, status: 1, entity_type: 3 },
  ...{ scheduled_start_time: '2999-03-01T18:00:00+00:00', scheduled_end_time: null, entity_id: null },
  entity_metadata: { location: 'חוף הים, north' },
});
