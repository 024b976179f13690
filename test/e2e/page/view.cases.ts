import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { until } from '@discord-relay/local-stack';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openAsAdmin, openReader, type PageContext } from './page-context.js';

/** Screenshots of all views are kept here after a run, for inspection; git ignores them. */
const ARTEFACTS = join(import.meta.dirname, '../../../.artefacts/page');

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  'wide-light': { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  'wide-dark': { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  'phone-light': { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
  'phone-dark': { viewport: { width: 320, height: 640 }, colorScheme: 'dark', reducedMotion: 'reduce' },
};

/** The views by name, with the element that each shows. */
const TEST_IDS: Readonly<Record<string, string>> = {
  messages: 'message-list',
  threads: 'threads-view',
  forum: 'threads-view',
  media: 'media-view',
  'channel-statistics': 'statistics-view',
  rooms: 'rooms-view',
  events: 'events-view',
  members: 'members-view',
  moderation: 'moderation-view',
  queue: 'queue-view',
  'queue-statistics': 'statistics-view',
  search: 'search-results',
  statistics: 'statistics-view',
  admin: 'admin-view',
  unknown: 'unknown-place',
  gone: 'channel-gone',
};

/** Widths at which nothing may be wider than the window either: half the window at a zoom of 200 %, and 4K. */
const OTHER_WINDOWS = [
  { width: 720, height: 450 },
  { width: 3840, height: 2160 },
];

/** Axe takes seconds, and much longer while other programs keep the machine busy. */
const VIEW_LIMIT_MS = 120_000;

/** Every view in every theme: axe's findings, and whether anything is wider than the window. */
export function viewCases(context: () => PageContext): void {
  describe('every view', () => {
    let threadId: string;
    let roomId: string;
    let forumId: string;

    beforeAll(async () => {
      const { temp, guildId, channelId, userId } = context();
      roomId = (await temp.sim.createRoom(guildId, 'Lounge')).id;
      threadId = (await temp.sim.createThread(channelId, 'A thread to read', userId)).id;
      const forum = await temp.sim.createForum(guildId, 'questions', [{ name: 'Solved', emoji: '✅' }]);
      forumId = forum.id;
      const appliedTagIds = forum.availableTags.map(({ id }) => id);
      await temp.sim.createPost(forumId, { name: 'Which glue?', userId, appliedTagIds });
      await temp.sim.say(channelId, 'a message to search for https://example.org');
      await mkdir(ARTEFACTS, { recursive: true });
    }, 30_000);

    const pathOf: Readonly<Record<string, () => string>> = {
      messages: () => `/channels/${context().channelId}`,
      threads: () => `/channels/${context().channelId}/threads`,
      forum: () => `/channels/${forumId}`,
      media: () => `/channels/${context().channelId}/media`,
      'channel-statistics': () => `/channels/${context().channelId}/statistics`,
      rooms: () => `/guilds/${context().guildId}/rooms`,
      events: () => `/guilds/${context().guildId}/events`,
      members: () => `/guilds/${context().guildId}/members`,
      moderation: () => `/guilds/${context().guildId}/moderation`,
      queue: () => `/guilds/${context().guildId}/queue`,
      'queue-statistics': () => `/guilds/${context().guildId}/queue-statistics`,
      search: () => `/guilds/${context().guildId}/search?q=message`,
      statistics: () => `/guilds/${context().guildId}/statistics`,
      admin: () => '/admin',
      unknown: () => '/nowhere/1',
      gone: () => '/channels/999/threads',
    };

    describe.each(Object.keys(LOOKS))('%s', (look) => {
      let page: Page;
      let close: () => Promise<void>;

      beforeAll(async () => {
        ({ page, close } = await openAsAdmin(context(), '/', LOOKS[look]));
      }, 60_000);
      afterAll(() => close?.());

      it(
        `the sign-in is accessible: ${look}`,
        async () => {
          const visitor = await openReader(context(), LOOKS[look]);
          await visitor.page.goto(context().temp.url);
          await visitor.page.getByTestId('token-input').waitFor();
          expect(await check(visitor.page, `${look}-sign-in`)).toEqual([]);
          await visitor.close();
        },
        VIEW_LIMIT_MS,
      );

      it(
        `the list of keys is accessible: ${look}`,
        async () => {
          await page.goto(context().temp.url);
          const sheet = page.getByTestId('help-sheet');
          // The keys work as soon as the channels are known.
          await until('the list of keys', 30_000, async () => {
            await page.keyboard.press('?');
            return (await sheet.count()) > 0 || undefined;
          });
          await sheet.waitFor();
          expect(await check(page, `${look}-help`)).toEqual([]);
        },
        VIEW_LIMIT_MS,
      );

      it.each(Object.entries(TEST_IDS))(
        `the view %s is accessible: ${look}`,
        async (name, testId) => {
          await page.goto(context().temp.url + pathOf[name]!());
          await page.getByTestId(testId).first().waitFor();
          await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
          expect(await check(page, `${look}-${name}`)).toEqual([]);
          if (look === 'wide-light') expect(await overflowsElsewhere(page)).toEqual([]);
        },
        VIEW_LIMIT_MS,
      );
    });

    it('the page shows threads, and an archived one at its address', async () => {
      const { temp, channelId } = context();
      await temp.sim.patchThread(threadId, { archived: true, locked: true });
      const { page, close } = await openAsAdmin(context(), `/channels/${channelId}/threads`);
      await page.getByText('Archived', { exact: true }).click();
      await page.getByRole('link', { name: 'A thread to read' }).click();
      await page.getByTestId('channel-title').getByText('A thread to read').waitFor();
      const header = page.locator('.header');
      for (const mark of ['Archived', 'Locked']) await header.getByText(mark, { exact: true }).waitFor();
      await close();
    }, 60_000);

    it('the page shows the posts of a forum with their tags, and the messages of a post', async () => {
      const { page, close } = await openAsAdmin(context(), `/channels/${forumId}`);
      await page.getByRole('heading', { name: 'Posts in questions' }).waitFor();
      const post = page.getByRole('listitem').filter({ hasText: 'Which glue?' });
      await post.getByRole('list', { name: 'Tags' }).getByText('Solved').waitFor();
      await page.getByTestId('threads-view').getByRole('link', { name: 'Which glue?' }).click();
      await page.getByTestId('message-list').getByText('the first message').waitFor();
      await close();
    }, 60_000);

    it('the page shows users in rooms as soon as they join and leave', async () => {
      const { temp, guildId, userId } = context();
      const { page, close } = await openAsAdmin(context(), `/guilds/${guildId}/rooms`);
      const room = page.getByTestId(`room-${roomId}`);
      await room.waitFor();
      await temp.sim.joinRoom(roomId, userId);
      await room.getByText('grace').waitFor();
      await temp.sim.leaveRooms(guildId, userId);
      await until(
        'the room is empty',
        10_000,
        async () => (await room.getByText('grace').count()) === 0 || undefined,
      );
      await close();
    }, 60_000);
  });
}

/** The other windows in which the view is too wide. */
async function overflowsElsewhere(page: Page): Promise<string[]> {
  const viewport = page.viewportSize()!;
  const found: string[] = [];
  for (const size of OTHER_WINDOWS) {
    await page.setViewportSize(size);
    const overflowPx = await page.evaluate(overflow);
    if (overflowPx > 0) found.push(`${size.width} px: ${overflowPx} px too wide`);
  }
  await page.setViewportSize(viewport);
  return found;
}

const overflow = (): number => document.documentElement.scrollWidth - window.innerWidth;

/** Axe's findings, and how much wider than the window it is; saves a screenshot. */
async function check(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
  // The page has no frames, so axe needs no second page to combine their results; details of what passes are not collected.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${name}: ${id} ${html.slice(0, 160)}`),
  );
  const overflowPx = await page.evaluate(overflow);
  return overflowPx > 0 ? [...found, `${name}: ${overflowPx} px too wide`] : found;
}
