import { mkdir } from 'node:fs/promises';
import { until } from '@discord-relay/local-stack';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ARTEFACTS, checkView, layoutProblems } from './check-view.js';
import { openAsAdmin, openReader, type PageContext } from './page-context.js';
import { createViewWorld, FORUM_NAME, THREAD_NAME, type ViewWorld } from './view-world.js';

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
  'time-machine': 'time-machine',
  unknown: 'unknown-place',
  gone: 'channel-gone',
};

/** The layout is checked in these windows too: a zoom of 200 % halves the window; and 4K. */
const OTHER_WINDOWS = [
  { width: 640, height: 400 },
  { width: 720, height: 450 },
  { width: 3840, height: 2160 },
];

/** Axe takes seconds, and much longer while other programs keep the machine busy. */
const VIEW_LIMIT_MS = 120_000;

/** Every view in every theme: what axe finds, what is wider than the window, and whether names affect the text around them. */
export function viewCases(context: () => PageContext): void {
  describe('every view', () => {
    let world: ViewWorld;

    beforeAll(async () => {
      world = await createViewWorld(context());
      await mkdir(ARTEFACTS, { recursive: true });
    }, 60_000);

    const pathOf: Readonly<Record<string, () => string>> = {
      messages: () => `/channels/${world.channelId}`,
      threads: () => `/channels/${world.channelId}/threads`,
      forum: () => `/channels/${world.forumId}`,
      media: () => `/channels/${world.channelId}/media`,
      'channel-statistics': () => `/channels/${world.channelId}/statistics`,
      rooms: () => `/guilds/${world.guildId}/rooms`,
      events: () => `/guilds/${world.guildId}/events`,
      members: () => `/guilds/${world.guildId}/members`,
      moderation: () => `/guilds/${world.guildId}/moderation`,
      queue: () => `/guilds/${world.guildId}/queue`,
      'queue-statistics': () => `/guilds/${world.guildId}/queue-statistics`,
      search: () => `/guilds/${world.guildId}/search?q=message`,
      statistics: () => `/guilds/${world.guildId}/statistics`,
      admin: () => '/admin',
      'time-machine': () => `/channels/${world.channelId}?at=now`,
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
          expect(await checkView(visitor.page, `${look}-sign-in`)).toEqual([]);
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
          expect(await checkView(page, `${look}-help`)).toEqual([]);
        },
        VIEW_LIMIT_MS,
      );

      it.each(Object.entries(TEST_IDS))(
        `the view %s is accessible: ${look}`,
        async (name, testId) => {
          await page.goto(context().temp.url + pathOf[name]!());
          await page.getByTestId(testId).first().waitFor();
          await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
          expect(await checkView(page, `${look}-${name}`)).toEqual([]);
          if (look === 'wide-light') expect(await problemsElsewhere(page)).toEqual([]);
        },
        VIEW_LIMIT_MS,
      );
    });

    it('text that is written from right to left begins at the right, with code and addresses in their own order', async () => {
      const { page, close } = await openAsAdmin(context(), `/channels/${world.channelId}`);
      const paragraph = page.getByTestId(`message-${world.hebrewId}`).locator('.markdown-paragraph');
      await paragraph.waitFor();
      const { direction, rightPx, textRightPx } = await paragraph.evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return {
          direction: getComputedStyle(element).direction,
          rightPx: Math.round(element.getBoundingClientRect().right),
          textRightPx: Math.round(range.getBoundingClientRect().right),
        };
      });
      expect([direction, textRightPx]).toEqual(['rtl', rightPx]);
      expect(await paragraph.locator('code').evaluate((code) => getComputedStyle(code).direction)).toBe(
        'ltr',
      );
      await close();
    }, 60_000);

    it('the page shows threads, and an archived one at its address', async () => {
      const { temp } = context();
      await temp.sim.patchThread(world.threadId, { archived: true, locked: true });
      const { page, close } = await openAsAdmin(context(), `/channels/${world.channelId}/threads`);
      await page.getByText('Archived', { exact: true }).click();
      await page.getByRole('link', { name: THREAD_NAME }).click();
      await page.getByTestId('channel-title').getByText(THREAD_NAME).waitFor();
      const header = page.locator('.header');
      for (const mark of ['Archived', 'Locked']) await header.getByText(mark, { exact: true }).waitFor();
      await close();
    }, 60_000);

    it('the page shows the posts of a forum with their tags, and the messages of a post', async () => {
      const { page, close } = await openAsAdmin(context(), `/channels/${world.forumId}`);
      await page.getByRole('heading', { name: `Posts in ${FORUM_NAME}` }).waitFor();
      const post = page.getByRole('listitem').filter({ hasText: 'Which glue?' });
      await post.getByRole('list', { name: 'Tags' }).getByText('Solved').waitFor();
      await page.getByTestId('threads-view').getByRole('link', { name: 'Which glue?' }).click();
      await page.getByTestId('message-list').getByText('the first message').waitFor();
      await close();
    }, 60_000);

    it('the page shows users in rooms as soon as they join and leave', async () => {
      const { temp, userId } = context();
      const { guildId, roomId } = world;
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

/** What is wrong with the layout in the other windows. */
async function problemsElsewhere(page: Page): Promise<string[]> {
  const viewport = page.viewportSize()!;
  const found: string[] = [];
  for (const size of OTHER_WINDOWS) {
    await page.setViewportSize(size);
    const problems = await page.evaluate(layoutProblems);
    found.push(...problems.map((problem) => `${size.width} px: ${problem}`));
  }
  await page.setViewportSize(viewport);
  return found;
}
