import { until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext } from './page-context.js';
import { pastMessage } from './past-message.js';

const DAY_MS = 86_400_000;
/** More than fit into the window. */
const MESSAGES_A_DAY = 30;
const DAYS_AGO = [3, 1] as const;

/** Everything that a reader does with the messages of a channel, using only the keyboard. */
export function keyboardReadingCases(context: () => PageContext): void {
  describe('reading a channel with only the keyboard', () => {
    let page: Page;
    let user: KeyboardUser;
    let close: () => Promise<void>;
    let channelId: string;
    let newestId: string;
    /** All days are counted from it, also when midnight passes. */
    const startedMs = Date.now();

    beforeAll(async () => {
      const { temp, guildId } = context();
      channelId = (await temp.sim.createChannel(guildId, 'by-key')).id;
      for (const days of DAYS_AGO)
        for (let i = 0; i < MESSAGES_A_DAY; i++) {
          const atMs = startedMs - days * DAY_MS + i;
          await temp.sim.dispatch('MESSAGE_CREATE', pastMessage({ guildId, channelId, atMs }, `day ${days}`));
        }
      newestId = (await temp.sim.say(channelId, 'the newest message')).id;
      ({ page, close } = await openAsAdmin(context(), `/channels/${channelId}`, {
        ...{ locale: 'en-GB', timezoneId: 'UTC' },
        permissions: ['clipboard-read', 'clipboard-write'],
      }));
      user = new KeyboardUser(page);
      await shown(newestId).waitFor();
      await until('all messages', 30_000, async () => (await rows().count()) > MESSAGES_A_DAY || undefined);
    }, 90_000);

    afterAll(() => close?.());

    const list = () => page.getByTestId('message-list');
    const rows = () => page.locator('[data-anchor]');
    const shown = (id: string) => page.getByTestId(`message-${id}`);
    const topPx = () => list().evaluate((element) => element.scrollTop);
    const isAtEnd = () =>
      list().evaluate(
        ({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - clientHeight - scrollTop < 2,
      );
    const atEnd = () => until('the end of the list', 10_000, async () => (await isAtEnd()) || undefined);
    const toList = () => user.activate(page.getByRole('button', { name: 'Skip to the content' }));
    const isOpenAt = (path: string) =>
      until(path, 10_000, () => page.url().endsWith(`/channels/${channelId}${path}`) || undefined);

    it('a keyboard user skips to the messages, scrolls both ways, and goes to new messages', async () => {
      const { temp } = context();
      await toList();
      await atEnd();
      const bottomPx = await topPx();
      await user.press('PageUp');
      await until('further up', 10_000, async () => (await topPx()) < bottomPx - 100 || undefined);
      const upPx = await topPx();
      await user.press('PageDown');
      await until('further down', 10_000, async () => (await topPx()) > upPx || undefined);
      await user.press('PageUp');
      // The page knows that the reader has left the end.
      const pill = page.getByTestId('jump-to-newest');
      await pill.waitFor();
      await temp.sim.say(channelId, 'said below the visible part');
      await pill.getByText('1 new message').waitFor();
      await user.activate(pill);
      await atEnd();
      await user.press('PageUp');
      await pill.waitFor();
      await user.press('End');
      await pill.waitFor({ state: 'detached' });
      await atEnd();
    }, 90_000);

    it('a keyboard user copies the link to a message, opens it, and opens another message at its address', async () => {
      await toList();
      await user.press('k');
      await user.press('k');
      const id = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['anchor']!);
      await user.press('l');
      await page.getByText('Link copied').waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(new URL(copied).pathname).toBe(`/channels/${channelId}/messages/${id}`);
      await page.goto(copied);
      await page.locator(`.message-target[data-anchor="${id}"]`).waitFor();
      await user.seesFocus();
      await user.press('k');
      const above = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['anchor']!);
      expect(above).not.toBe(id);
      await user.press('Enter');
      await isOpenAt(`/messages/${above}`);
      await page.locator(`.message-target[data-anchor="${above}"]`).waitFor();
    }, 60_000);

    it('a keyboard user jumps to the days before and after that have messages, and to a date', async () => {
      const dayOf = (days: number) => new Date(startedMs - days * DAY_MS).toISOString().slice(0, 10);
      const before = page.getByTestId('day-before');
      const isAtDay = async (days: number) => {
        await isOpenAt(`/days/${dayOf(days)}`);
        await page
          .locator('.message-target')
          .filter({ hasText: `day ${days}` })
          .waitFor();
      };
      await page.goto(`${context().temp.url}/channels/${channelId}`);
      // The newest message does not fill the window, so the topmost visible one is of the day before.
      await user.activate(page.getByTestId('floating-date'));
      await user.activate(before);
      await isAtDay(3);
      await user.activate(page.getByTestId('floating-date'));
      await user.activate(before);
      await page.getByText('There are no earlier messages.').waitFor();
      await user.activate(page.getByTestId('day-after'));
      await isAtDay(1);
      await user.activate(page.getByTestId('floating-date'));
      await user.press('Escape');
      await before.waitFor({ state: 'detached' });
      await user.seesFocus();
      await user.press('Enter');
      const [year, month, day] = dayOf(3).split('-');
      await user.type(`${month}${day}${year}`);
      await user.press('Enter');
      await isAtDay(3);
      await user.seesFocus();
    }, 90_000);

    it('a keyboard user moves through the whole history with the position bar', async () => {
      const bar = page.getByTestId('position-bar');
      const value = async () => Number(await bar.inputValue());
      await page.goto(`${context().temp.url}/channels/${channelId}`);
      await user.tabTo(bar);
      const newest = await value();
      await user.press('Home');
      await until('the beginning', 10_000, async () => (await value()) <= newest - 2 * DAY_MS || undefined);
      await until('the first message', 10_000, async () => (await topPx()) < 400 || undefined);
      await user.seesFocus();
      await user.press('End');
      await shown(newestId).waitFor();
      await user.seesFocus();
    }, 60_000);

    it('a keyboard user reveals a spoiler, sees who reacted, follows a reply and a pin, and reads earlier versions', async () => {
      const { temp, guildId, userId } = context();
      await page.goto(`${context().temp.url}/channels/${channelId}`);
      const parent = await temp.sim.say(channelId, 'the ||hidden|| parent');
      const reply = await temp.sim.reply(channelId, parent.id, 'first words');
      await temp.sim.react(channelId, parent.id, userId, '👍');
      await temp.sim.edit(channelId, reply.id, 'second words');
      const notice = pastMessage({ guildId, channelId, atMs: Date.now() }, '');
      const message_reference = { type: 0, guild_id: guildId, channel_id: channelId, message_id: parent.id };
      await temp.sim.pin(channelId, parent.id);
      await temp.sim.dispatch('MESSAGE_CREATE', { ...notice, type: 6, message_reference });
      await shown(parent.id).getByText('Pinned').waitFor();
      await shown(reply.id).getByText('second words').waitFor();
      await user.activate(shown(parent.id).getByRole('button', { name: 'Show spoiler' }));
      await shown(parent.id).getByRole('button', { name: 'Hide spoiler' }).waitFor();
      await user.tabTo(shown(parent.id).locator('.reaction'));
      await shown(parent.id).getByRole('button', { name: 'grace reacted with 👍' }).waitFor();
      await user.activate(shown(reply.id).getByRole('button', { name: /Show earlier versions/ }));
      await shown(reply.id)
        .getByRole('list', { name: 'Earlier versions' })
        .getByText('first words')
        .waitFor();
      await user.activate(shown(reply.id).locator('.reply-line a'));
      await page.locator(`.message-target[data-anchor="${parent.id}"]`).waitFor();
      await page.goto(`${context().temp.url}/channels/${channelId}`);
      await user.activate(page.locator('.system-message').last().getByRole('link', { name: 'a message' }));
      await page.locator(`.message-target[data-anchor="${parent.id}"]`).waitFor();
      await user.seesFocus();
    }, 90_000);

    it('a keyboard user reaches the files of a message, and reads a text file in place', async () => {
      const { temp } = context();
      const sent = await temp.sim.sendFiles(channelId, [{ filename: 'notes.txt', text: 'words in a file' }]);
      await page.goto(`${context().temp.url}/channels/${channelId}`);
      await user.tabTo(shown(sent.id).getByRole('link', { name: 'notes.txt' }));
      await user.seesFocus();
      await user.activate(shown(sent.id).getByRole('button', { name: 'Show text' }));
      await shown(sent.id).getByText('words in a file').waitFor();
    }, 60_000);
  });
}
