import { until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { callAsAdmin, createToken } from './admin-requests.js';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, openReader, type PageContext } from './page-context.js';

/** Every view, reached and used with only the keyboard. */
export function keyboardViewCases(context: () => PageContext): void {
  describe('the views with only the keyboard', () => {
    let page: Page;
    let user: KeyboardUser;
    let close: () => Promise<void>;
    let guildId: string;
    let channelId: string;
    let forumId: string;
    let roomId: string;
    let fileMessageId: string;

    beforeAll(async () => {
      const { temp, userId } = context();
      const { sim } = temp;
      const guild = await sim.createGuild('Keyboard server', [{ name: 'talk' }]);
      guildId = guild.id;
      channelId = guild.channels[0]!.id;
      roomId = (await sim.createRoom(guildId, 'Workshop')).id;
      forumId = (await sim.createForum(guildId, 'answers', [{ name: 'Open' }])).id;
      await sim.createPost(forumId, { name: 'Which string?', userId, appliedTagIds: [] });
      await sim.createThread(channelId, 'A thread by key', userId);
      await sim.say(channelId, 'see https://example.org/kites');
      fileMessageId = (await sim.sendFiles(channelId, [{ filename: 'plan.txt', text: 'a plan' }])).id;
      ({ page, close } = await openAsAdmin(context(), `/channels/${channelId}`));
      user = new KeyboardUser(page);
      await page.getByTestId(`message-${fileMessageId}`).waitFor();
      for (const id of [forumId, roomId]) await page.getByTestId(`channel-${id}`).waitFor();
    }, 60_000);

    afterAll(() => close?.());

    const titled = (title: string) =>
      page.getByTestId('channel-title').getByText(title, { exact: true }).waitFor();
    const openChannel = async () => {
      await user.activate(page.getByTestId(`channel-${channelId}`));
      await titled('talk');
    };
    const openTool = (name: string) =>
      user.activate(page.locator('.header-tools').getByRole('link', { name, exact: true }));

    it('a keyboard user folds a server, and opens a channel, its threads and a thread', async () => {
      const server = page.locator('summary').filter({ hasText: 'Keyboard server' });
      await user.activate(server);
      await page.getByTestId(`channel-${channelId}`).waitFor({ state: 'hidden' });
      await user.activate(server);
      await openChannel();
      await openTool('Threads');
      await page.getByTestId('threads-view').waitFor();
      await user.activate(page.getByRole('button', { name: 'Archived', exact: true }));
      await page.getByText('No threads.').waitFor();
      await user.activate(page.getByRole('button', { name: 'Active', exact: true }));
      await user.activate(page.getByTestId('threads-view').getByRole('link', { name: 'A thread by key' }));
      await titled('A thread by key');
      await user.seesFocus();
    }, 60_000);

    it('a keyboard user opens a forum and a post, and a room from the list of channels', async () => {
      const { temp, userId } = context();
      await user.activate(page.getByTestId(`channel-${forumId}`));
      await user.activate(page.getByTestId('threads-view').getByRole('link', { name: 'Which string?' }));
      await titled('Which string?');
      await page.getByTestId('message-list').getByText('the first message').waitFor();
      await temp.sim.joinRoom(roomId, userId);
      await user.activate(page.getByTestId(`channel-${roomId}`));
      await page.getByTestId(`room-${roomId}`).getByText('grace').waitFor();
      await user.seesFocus();
      await temp.sim.leaveRooms(guildId, userId);
    }, 60_000);

    it('a keyboard user finds a member, and opens the events, the moderation log and the statistics', async () => {
      await user.activate(page.getByTestId(`members-${guildId}`));
      const members = page.getByTestId('members-view');
      await user.tabTo(members.getByRole('textbox'));
      await user.type('grac');
      await members.locator('.member').filter({ hasText: 'grace' }).waitFor();
      await until(
        'one member',
        10_000,
        async () => (await members.locator('.member').count()) === 1 || undefined,
      );
      for (const view of ['events', 'moderation', 'statistics']) {
        await user.activate(page.getByTestId(`${view}-${guildId}`));
        await page.getByTestId(`${view}-view`).waitFor();
        await user.seesFocus();
      }
      await user.activate(
        page.getByTestId('statistics-view').getByRole('link', { name: 'talk', exact: true }),
      );
      await until('the statistics of the channel', 10_000, () =>
        page.url().endsWith(`/channels/${channelId}/statistics`) ? true : undefined,
      );
      await user.seesFocus();
    }, 60_000);

    it('a keyboard user opens the files and links of a channel, and jumps back to a message', async () => {
      await openChannel();
      await openTool('Media');
      const media = page.getByTestId('media-view');
      await media.getByText('plan.txt').waitFor();
      await user.activate(media.getByRole('button', { name: 'Links' }));
      await user.tabTo(media.getByRole('link', { name: 'https://example.org/kites' }));
      await user.seesFocus();
      await user.activate(media.getByRole('button', { name: 'Files and images' }));
      await user.activate(media.getByRole('link', { name: 'Show message' }));
      await page.locator(`.message-target[data-anchor="${fileMessageId}"]`).waitFor();
      await user.seesFocus();
    }, 60_000);

    it('a keyboard user signs in with a token, comes back to the same place after it is revoked, and signs out', async () => {
      const { temp } = context();
      const { id, token } = await createToken(context(), 'a keyboard user');
      const { page: other, close: leave } = await openReader(context());
      const reader = new KeyboardUser(other);
      const path = `/channels/${channelId}`;
      const signIn = async (text: string) => {
        await reader.tabTo(other.getByTestId('token-input'));
        await reader.type(text);
        await reader.press('Enter');
        await other.getByTestId(`message-${fileMessageId}`).waitFor();
        await reader.seesFocus();
      };
      await other.goto(temp.url + path);
      await signIn(token);
      await callAsAdmin(context(), 'DELETE', `/api/v1/tokens/${id}`);
      await other.getByRole('alert').getByText('Please sign in again').waitFor();
      await reader.seesFocus();
      await signIn(temp.token);
      expect(new URL(other.url()).pathname).toBe(path);
      await reader.activate(other.getByTestId('sign-out'));
      await other.getByTestId('token-input').waitFor();
      await leave();
    }, 90_000);
  });
}
