import { until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { connectionState, openAsAdmin, type PageContext } from './page-context.js';

/** How the page shows messages that change, to an admin in a separate channel. */
export function contentCases(context: () => PageContext): void {
  describe('messages that change', () => {
    let page: Page;
    let close: () => Promise<void>;
    let channelId: string;

    beforeAll(async () => {
      const { temp, guildId } = context();
      channelId = (await temp.sim.createChannel(guildId, 'changing')).id;
      await temp.sim.say(channelId, 'the first message');
      ({ page, close } = await openAsAdmin(context(), `/channels/${channelId}`));
      await page.getByText('the first message').waitFor();
    }, 60_000);

    afterAll(() => close?.());

    const shown = (id: string) => page.getByTestId(`message-${id}`);

    it('the counts of reactions change live, with the names of those who reacted', async () => {
      const { temp, userId } = context();
      const said = await temp.sim.say(channelId, 'react to this');
      const other = await temp.sim.createUser('linus');
      await temp.sim.react(channelId, said.id, userId, '👍');
      const reaction = shown(said.id).getByRole('button', { name: '👍' });
      await reaction.waitFor();
      await reaction.focus();
      await shown(said.id).getByRole('button', { name: 'grace reacted with 👍' }).waitFor();
      const counts = shown(said.id).locator('.reaction-count');
      await temp.sim.react(channelId, said.id, other.id, '👍');
      await counts.getByText('2', { exact: true }).waitFor();
      await page.reload();
      await counts.getByText('2', { exact: true }).waitFor();
      await temp.sim.unreact(channelId, said.id, userId, '👍');
      await counts.getByText('1', { exact: true }).waitFor();
      await temp.sim.unreact(channelId, said.id, other.id, '👍');
      await reaction.waitFor({ state: 'detached' });
    }, 60_000);

    it('messages name members and roles that no message shows', async () => {
      const { temp, guildId, userId } = context();
      const role = await temp.sim.createRole(guildId, { name: 'Crew', permissions: '0' });
      await until('the role is projected', 20_000, async () => {
        const roles = await read<{ id: string }[]>(context(), `/api/v1/guilds/${guildId}/roles`);
        return roles.some(({ id }) => id === role.id) || undefined;
      });
      const said = await temp.sim.say(channelId, `thanks to <@${userId}> and <@&${role.id}>`);
      await page.reload();
      await shown(said.id).getByText('@grace').waitFor();
      await shown(said.id).getByText('@Crew').waitFor();
    }, 60_000);

    it('messages show their earlier contents to those who may see them', async () => {
      const { temp } = context();
      const said = await temp.sim.say(channelId, 'as it was');
      await shown(said.id).waitFor();
      await temp.sim.edit(channelId, said.id, 'as it is');
      await shown(said.id).getByRole('button', { name: 'Show earlier versions' }).press('Enter');
      await shown(said.id).getByRole('list', { name: 'Earlier versions' }).getByText('as it was').waitFor();
    }, 60_000);

    it('the end of a poll is said once to screen readers, with its result', async () => {
      const { temp, userId } = context();
      const { id } = await temp.sim.startPoll(channelId, 'Tea or coffee?', ['Tea', 'Coffee']);
      await temp.sim.vote(channelId, id, 2, userId);
      await shown(id).getByText('1 vote (100%)').waitFor();
      const announced = page.getByTestId('announced-polls');
      expect(await announced.textContent()).toBe('');
      expect(await announced.getAttribute('role')).toBe('status');
      await temp.sim.endPoll(channelId, id);
      await announced.getByText('The poll “Tea or coffee?” has ended. Most votes: Coffee.').waitFor();
      await shown(id).getByText('Closed').waitFor();
    }, 60_000);

    it('a deleted message leaves one line', async () => {
      const { temp } = context();
      const said = await Promise.all(['one', 'two'].map((text) => temp.sim.say(channelId, text)));
      for (const { id } of said) await shown(id).waitFor();
      for (const { id } of said) await temp.sim.delete(channelId, id);
      await page.getByTestId('tombstone').getByText('2 messages deleted').waitFor();
    }, 60_000);

    it('the list has a line where nothing was received from Discord', async () => {
      const { temp } = context();
      await temp.sim.expireSessions();
      await temp.sim.drop();
      await page.getByTestId('gap').getByText('Not observed').waitFor({ timeout: 60_000 });
      await until('live again', 30_000, async () =>
        (await connectionState(page)) === 'live' ? true : undefined,
      );
      await temp.sim.say(channelId, 'said after the gap');
      await page.getByText('said after the gap').waitFor();
    }, 120_000);

    it('messages show their times in the locale and the time zone of the reader', async () => {
      const { temp } = context();
      const said = await temp.sim.say(channelId, 'what time is it?');
      const reader = { locale: 'de-DE', timezoneId: 'Asia/Tokyo' };
      const other = await openAsAdmin(context(), `/channels/${channelId}`, reader);
      const link = other.page.getByTestId(`message-${said.id}`).locator('a:has(time)').first();
      await link.waitFor({ state: 'attached' });
      const inTokyo = await other.page.evaluate((timestamp) => {
        const style = { dateStyle: 'full', timeStyle: 'medium', timeZone: 'Asia/Tokyo' } as const;
        return new Intl.DateTimeFormat('de-DE', style).format(new Date(timestamp));
      }, said.timestamp);
      expect(await link.getAttribute('title')).toBe(inTokyo);
      await other.close();
    }, 60_000);

    it('the icon keeps its address when the address of the page changes', async () => {
      const href = await page.locator('link[rel="icon"]').getAttribute('href');
      expect(new URL(href!).pathname).toBe('/favicon.svg');
    });
  });
}

async function read<T>({ temp }: PageContext, path: string): Promise<T> {
  const response = await fetch(temp.url + path, { headers: { authorization: `Bearer ${temp.token}` } });
  return (await response.json()) as T;
}
