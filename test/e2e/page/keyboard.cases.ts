import { until } from '@discord-relay/local-stack';
import type { Locator, Page } from 'playwright-core';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext } from './page-context.js';

/** Uses only the keyboard: nothing here clicks. */
export function keyboardCases(context: () => PageContext): void {
  describe('a reader who uses only the keyboard', () => {
    let page: Page;
    let user: KeyboardUser;
    let close: () => Promise<void>;
    let otherId: string;

    beforeAll(async () => {
      const { temp, guildId, channelId } = context();
      otherId = (await temp.sim.createChannel(guildId, 'keyboard-only')).id;
      ({ page, close } = await openAsAdmin(context(), `/channels/${channelId}`));
      user = new KeyboardUser(page);
      await page.getByTestId(`channel-${otherId}`).waitFor();
    }, 60_000);

    afterAll(() => close?.());

    it('a keyboard user opens the list of keys, and returns to the same place', async () => {
      const link = page.getByTestId(`channel-${otherId}`);
      await user.tabTo(link);
      await page.keyboard.press('?');
      await page.getByTestId('help-sheet').waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('help-sheet').waitFor({ state: 'detached' });
      expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    });

    it('a keyboard user opens a channel by a part of its name, the one above and one with unread messages', async () => {
      const { temp, channelId } = context();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      await user.type('board-on');
      await page.getByRole('option').waitFor();
      await page.keyboard.press('Enter');
      await titled(page, 'keyboard-only');
      await user.seesFocus();
      const said = await temp.sim.say(channelId, 'not read yet');
      await until('the message', 10_000, async () => (await isKnown(context(), said.id)) || undefined);
      await page.keyboard.press('Alt+ArrowUp');
      await until('another channel', 10_000, async () => !page.url().endsWith(otherId) || undefined);
      await user.seesFocus();
      await page.goto(`${temp.url}/channels/${otherId}`);
      await titled(page, 'keyboard-only');
      await page.keyboard.press('Alt+Shift+ArrowDown');
      await until('an unread channel', 10_000, async () => !page.url().endsWith(otherId) || undefined);
      await user.seesFocus();
    }, 30_000);

    it('the focus moves to the list when the focused message is deleted, and when a button has done its work', async () => {
      const { temp } = context();
      await page.goto(`${temp.url}/channels/${otherId}`);
      await titled(page, 'keyboard-only');
      const kept = await temp.sim.say(otherId, 'stays');
      const removed = await temp.sim.say(otherId, 'will be deleted');
      const item = page.getByTestId(`message-${removed.id}`);
      await item.waitFor();
      const list = page.getByTestId('message-list');
      const hasFocus = (locator: Locator) =>
        locator.evaluate((element) => element === document.activeElement);
      await user.tabTo(list);
      await page.keyboard.press('k');
      expect(await hasFocus(item)).toBe(true);
      await temp.sim.delete(otherId, removed.id);
      await item.waitFor({ state: 'detached' });
      await until('the focus in the list', 10_000, async () => (await hasFocus(list)) || undefined);
      await page.keyboard.press('k');
      expect(await hasFocus(page.getByTestId(`message-${kept.id}`))).toBe(true);
      await page.keyboard.press('u');
      await user.tabTo(page.getByTestId('mark-read'));
      await page.keyboard.press('Enter');
      await page.getByTestId('mark-read').waitFor({ state: 'detached' });
      await until('the focus in the list again', 10_000, async () => (await hasFocus(list)) || undefined);
    }, 60_000);

    it('a keyboard user finds a message and jumps to it in its channel', async () => {
      const { temp, channelId, guildId } = context();
      const said = await temp.sim.say(channelId, 'a needle in the haystack');
      await until('the message', 10_000, async () => (await isKnown(context(), said.id)) || undefined);
      await page.keyboard.press('/');
      await page.getByTestId('search-view').waitFor();
      await user.type('needl in:gen');
      await user.activate(page.getByTestId('search-suggestions').getByText('in:general', { exact: true }));
      expect(await page.getByTestId('search-input').evaluate((field) => field.matches(':focus'))).toBe(true);
      await page.keyboard.press('Enter');
      const hit = page.getByTestId(`hit-${said.id}`);
      await hit.waitFor();
      expect(await hit.locator('mark').allTextContents()).toEqual(['needl']);
      expect(new URL(page.url()).pathname).toBe(`/guilds/${guildId}/search`);
      await user.activate(hit.getByRole('link'));
      await page.locator(`.message-target[data-anchor="${said.id}"]`).waitFor();
      // The browser's own key, which a page without a window does not receive.
      await page.goBack();
      await hit.waitFor();
      await user.seesFocus();
    }, 30_000);
  });
}

const titled = (page: Page, title: string) =>
  page.getByTestId('channel-title').getByText(title, { exact: true }).waitFor();

async function isKnown({ temp, channelId }: PageContext, messageId: string): Promise<boolean> {
  const url = `${temp.url}/api/v1/channels/${channelId}/messages/${messageId}`;
  return (await fetch(url, { headers: { authorization: `Bearer ${temp.token}` } })).ok;
}
