import { until } from '@discord-relay/local-stack';
import type { Locator, Page } from 'playwright-core';
import { callAsAdmin, createToken } from './admin-requests.js';
import { KeyboardUser } from './keyboard-user.js';
import {
  connectionState,
  logInWithToken,
  openAsAdmin,
  openReader,
  type PageContext,
} from './page-context.js';

/** States without the requested content: each says why, and offers an action. */
export function stateCases(context: () => PageContext): void {
  describe('when something is not available', () => {
    let channelId: string;
    let messageId: string;

    beforeAll(async () => {
      const { temp, guildId } = context();
      channelId = (await temp.sim.createChannel(guildId, 'states')).id;
      messageId = (await temp.sim.say(channelId, 'here before the interruption')).id;
      await until('the message', 30_000, async () => {
        const url = `${temp.url}/api/v1/channels/${channelId}/messages/${messageId}`;
        const headers = { authorization: `Bearer ${temp.token}` };
        return (await fetch(url, { headers })).ok || undefined;
      });
    }, 60_000);

    it('a revoked token leads to the sign-in with the reason, and a new one back to the same message', async () => {
      const { temp } = context();
      const { id, token } = await createToken(context(), 'a reader');
      const { page, close } = await openReader(context());
      const path = `/channels/${channelId}/messages/${messageId}`;
      await logInWithToken(page, temp.url + path, token);
      await page.locator(`.message-target[data-anchor="${messageId}"]`).waitFor();
      await callAsAdmin(context(), 'DELETE', `/api/v1/tokens/${id}`);
      await page.getByRole('alert').getByText('Please sign in again').waitFor();
      expect(new URL(page.url()).pathname).toBe(path);
      await page.getByTestId('token-input').fill(temp.token);
      await page.keyboard.press('Enter');
      await page.locator(`.message-target[data-anchor="${messageId}"]`).waitFor();
      await close();
    }, 60_000);

    it('a log-in that ends in another tab leads to the sign-in, and a new one back to the same view', async () => {
      const { temp, guildId } = context();
      const { page, close } = await openReader(context());
      const path = `/guilds/${guildId}/members`;
      await logInAsGrace(page, temp.url + path);
      await page.getByTestId('members-view').waitFor();
      const other = await page.context().newPage();
      // The log-in belongs to the host that Discord redirects to.
      await other.goto(new URL(page.url()).origin);
      await other.getByTestId('sign-out').click();
      await other.getByTestId('discord-login').waitFor();
      await page.getByRole('alert').getByText('Please sign in again').waitFor({ timeout: 60_000 });
      await logInAsGrace(page);
      await page.getByTestId('members-view').waitFor();
      expect(new URL(page.url()).pathname).toBe(path);
      await close();
    }, 120_000);

    it('a channel that the reader may no longer see says so, and is shown again when they may', async () => {
      const { temp, guildId } = context();
      const { page, close } = await openReader(context());
      await logInAsGrace(page, `${temp.url}/channels/${channelId}`);
      await page.getByText('here before the interruption').waitFor();
      const role = await temp.sim.createRole(guildId, { name: 'Insiders', permissions: '0' });
      await temp.sim.hide(guildId, channelId, role.id, String((1 << 10) | (1 << 16)));
      await page.getByText('This channel cannot be shown').waitFor({ timeout: 30_000 });
      expect(await page.getByText('here before the interruption').count()).toBe(0);
      await temp.sim.overwrite(channelId, []);
      await until('the channel again', 30_000, async () => {
        await clickIfShown(page.getByRole('button', { name: 'Try again' }));
        return (await page.getByText('here before the interruption').count()) > 0 || undefined;
      });
      await close();
    }, 120_000);

    it('a view without the right to it says so', async () => {
      const { temp, guildId } = context();
      const { page, close } = await openReader(context());
      await logInAsGrace(page, `${temp.url}/guilds/${guildId}/moderation`);
      const failed = page.getByTestId('view-failed');
      await failed.getByText('You may not see this').waitFor();
      await failed.getByRole('button', { name: 'Try again' }).waitFor();
      await close();
    }, 60_000);

    it('an empty channel says so, and shows its first message', async () => {
      const { temp, guildId } = context();
      const { id } = await temp.sim.createChannel(guildId, 'nothing-yet');
      const { page, close } = await openAsAdmin(context(), '/');
      await page.getByTestId(`channel-${id}`).click();
      await page.getByText('No messages yet').waitFor();
      await temp.sim.say(id, 'the very first message');
      await page.getByText('the very first message').waitFor();
      await close();
    }, 60_000);

    it('a device without a network shows that, and catches up', async () => {
      const { temp } = context();
      const { page, close } = await openAsAdmin(context(), `/channels/${channelId}`);
      await page.getByText('here before the interruption').waitFor();
      await page.context().setOffline(true);
      const notice = page.getByText('This device is offline.');
      await notice.waitFor();
      const said = await temp.sim.say(channelId, 'said while the device was offline');
      await page.context().setOffline(false);
      await notice.waitFor({ state: 'detached' });
      await page.getByTestId(`message-${said.id}`).waitFor({ timeout: 60_000 });
      await close();
    }, 120_000);

    it('a service that is away: what is shown stays, a view says so, and both continue when it is back', async () => {
      const { temp, guildId } = context();
      const { page, close } = await openAsAdmin(context(), `/guilds/${guildId}/members`);
      await page.getByTestId('members-view').waitFor();
      await page.getByTestId(`channel-${channelId}`).click();
      await page.getByText('here before the interruption').waitFor();
      await temp.stack.service('gateway-api').kill();
      await until(
        'reconnecting',
        30_000,
        async () => (await connectionState(page)) === 'reconnecting' || undefined,
      );
      await page.getByText('here before the interruption').waitFor();
      await page.getByTestId(`members-${guildId}`).click();
      const failed = page.getByTestId('view-failed');
      await failed.getByText('The service cannot be reached').waitFor();
      temp.stack.service('gateway-api').start();
      await until('the view again', 60_000, async () => {
        await clickIfShown(failed.getByRole('button', { name: 'Try again' }));
        return (await page.getByTestId('members-view').count()) > 0 || undefined;
      });
      await until('live', 60_000, async () => (await connectionState(page)) === 'live' || undefined);
      await close();
    }, 180_000);

    it('a part of the page that cannot be loaded says so, and can be loaded again', async () => {
      const { guildId } = context();
      const { page, close } = await openAsAdmin(context(), `/channels/${channelId}`);
      await page.getByText('here before the interruption').waitFor();
      await page.route('**/assets/rooms-view*', (route) => route.abort());
      await page.getByTestId(`rooms-${guildId}`).click();
      await page.getByText('This part of the page could not be loaded').waitFor();
      await page.unroute('**/assets/rooms-view*');
      await page.getByRole('button', { name: 'Load the page again' }).click();
      await page.getByTestId('rooms-view').waitFor();
      await close();
    }, 60_000);
  });
}

/** Logs in with Discord by keyboard, where the page is or at an address. */
async function logInAsGrace(page: Page, url?: string): Promise<void> {
  if (url !== undefined) await page.goto(url);
  const user = new KeyboardUser(page);
  for (const link of [page.getByTestId('discord-login'), page.getByRole('link', { name: 'grace' })]) {
    await user.tabTo(link);
    await user.press('Enter');
  }
  await page.getByTestId('reader').waitFor();
}

/** In one step: the button may disappear at any time, and `click` would wait for it to come back. */
const clickIfShown = (button: Locator): Promise<void> =>
  button.evaluateAll((shown) => shown.forEach((each) => (each as HTMLElement).click()));
