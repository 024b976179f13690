import { callAsAdmin, setUpQueue } from './admin-requests.js';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext, QUEUE_MAX_THREADS } from './page-context.js';

/** The support queue, from its settings to an answer, using only the keyboard. */
export function queueCases(context: () => PageContext): void {
  describe('the support queue', () => {
    it('the support queue is set up by an admin, shows a question at once, and removes it when staff answers', async () => {
      const { temp, guildId, channelId, userId } = context();
      const { sim } = temp;
      const forum = await sim.createForum(guildId, 'support-desk', [{ name: 'Solved', emoji: '✅' }]);
      const [solvedTag] = forum.availableTags;
      const role = await sim.createRole(guildId, { name: 'Helpers', permissions: '0' });
      const helperId = await sim.newMember(guildId, 'helper');
      await sim.patchMember(guildId, helperId, { roleIds: [role.id] });
      const { page, close } = await openAsAdmin(context(), `/channels/${channelId}`);
      await page.getByTestId(`channel-${forum.id}`).waitFor({ state: 'attached' });
      const user = new KeyboardUser(page);
      await user.press('q');
      await page.getByTestId('queue-view').waitFor();
      await user.seesFocus();

      const settings = page.getByTestId('queue-settings');
      await user.activate(settings.locator('summary'));
      for (const value of [role.id, forum.id])
        await user.activate(settings.locator(`input[value="${value}"]`).first(), 'Space');
      const tags = settings.getByRole('group', { name: 'support-desk' });
      await user.activate(tags.getByRole('checkbox', { name: 'Solved' }), 'Space');
      await user.activate(settings.getByRole('button'));
      await page.getByTestId('queue-summary').waitFor();

      const post = { name: 'The map does not load', userId, appliedTagIds: [] };
      const thread = await sim.createPost(forum.id, post);
      const entry = page.getByTestId(`queue-entry-${thread.id}`);
      await entry.getByText('The map does not load').waitFor();
      await sim.say(thread.id, 'Try it again, please.', 'helper');
      await entry.waitFor({ state: 'detached' });
      await user.activate(page.getByTestId('queue-answered'));
      await entry.waitFor();
      await sim.patchThread(thread.id, { appliedTagIds: [solvedTag!.id] });
      await entry.waitFor({ state: 'detached' });
      await user.activate(page.getByTestId('queue-solved'));
      await user.activate(entry.getByRole('link'));
      await page.getByTestId('channel-title').getByText('The map does not load').waitFor();
      await close();
    }, 90_000);

    it('a solved tag that no forum has stays visible in the settings of the support queue until it is unchecked', async () => {
      const { temp } = context();
      const guild = await temp.sim.createGuild('Server without the tag', [{ name: 'help' }]);
      await setUpQueue(context(), guild.id, { channelIds: [guild.channels[0]!.id], solvedTagIds: ['99'] });
      const { page, close } = await openAsAdmin(context(), `/guilds/${guild.id}/queue`);
      const user = new KeyboardUser(page);
      const settings = page.getByTestId('queue-settings');
      await user.activate(settings.locator('summary'));
      const unknown = settings.getByRole('checkbox', { name: 'Unknown tag 99' });
      await unknown.waitFor({ state: 'attached' });
      expect(await unknown.isChecked()).toBe(true);
      await user.activate(unknown, 'Space');
      await user.activate(settings.getByRole('button'));
      await settings.getByText('Saved.').waitFor();
      await settings.locator('input[value="99"]').waitFor({ state: 'detached' });
      const path = `/api/v1/guilds/${guild.id}/queue/settings`;
      const saved = await callAsAdmin(context(), 'GET', path);
      expect(await saved.json()).toMatchObject({ solvedTagIds: [], channelIds: [guild.channels[0]!.id] });
      await close();
    }, 90_000);

    it('the support queue and its statistics say in words that they leave out the oldest threads', async () => {
      const { temp, userId } = context();
      const guild = await temp.sim.createGuild('Crowded server', [{ name: 'help' }]);
      const channelId = guild.channels[0]!.id;
      await setUpQueue(context(), guild.id, { channelIds: [channelId] });
      const { page, close } = await openAsAdmin(context(), `/guilds/${guild.id}/queue`);
      await page.getByTestId('queue-summary').waitFor();
      const words = 'There are more threads than the queue considers: the oldest ones are left out';
      for (let i = 0; i <= QUEUE_MAX_THREADS; i++) {
        expect(await page.getByText(words).count()).toBe(0);
        await temp.sim.createThread(channelId, `Question ${i}`, userId);
      }
      await page.getByText(words).waitFor();
      await page.getByRole('link', { name: 'Statistics of the queue' }).click();
      await page.getByTestId('queue-totals').waitFor();
      await page.getByText(words).waitFor();
      await close();
    }, 90_000);
  });
}
