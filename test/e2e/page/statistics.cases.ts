import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@discord-relay/local-stack';
import { setUpQueue } from './admin-requests.js';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext } from './page-context.js';

const FORGOTTEN_MS = 1_500;

/** Statistics of a server and of its queue, using only the keyboard. */
export function statisticsCases(context: () => PageContext): void {
  describe('statistics', () => {
    let guildId: string;
    let channelId: string;

    beforeAll(async () => {
      const { temp, userId } = context();
      const { sim } = temp;
      const guild = await sim.createGuild('Counted server', [{ name: 'counted' }]);
      guildId = guild.id;
      channelId = guild.channels[0]!.id;
      const role = await sim.createRole(guildId, { name: 'Helpers', permissions: '0' });
      const helperId = await sim.newMember(guildId, 'counted-helper');
      await sim.patchMember(guildId, helperId, { roleIds: [role.id] });
      await setUpQueue(context(), guildId, { staffRoleIds: [role.id], channelIds: [channelId] });
      const thread = await sim.createThread(channelId, 'How many?', userId);
      await sim.say(thread.id, 'Three.', 'counted-helper');
      await sim.createThread(channelId, 'How long?', userId);
      for (const text of ['one', 'two', 'three']) await sim.say(channelId, text);
    }, 60_000);

    it('statistics of a server have charts with a table beside each, for a range and a time zone that the address keeps', async () => {
      const { page, close } = await openAsAdmin(context(), `/guilds/${guildId}/statistics`, {
        timezoneId: 'Europe/Berlin',
      });
      const messages = page.getByTestId('figure-messages');
      await messages.getByRole('columnheader', { name: 'Hour' }).waitFor();
      await messages.getByRole('img', { name: 'Messages per hour' }).locator('canvas').waitFor();
      await page.getByTestId('figure-busiest').getByRole('img').locator('canvas').waitFor();
      await page.getByRole('link', { name: 'counted', exact: true }).last().waitFor();
      await page.getByTestId('gaps').waitFor();

      const user = new KeyboardUser(page);
      await user.activate(page.getByTestId('range-30'));
      await messages.getByRole('columnheader', { name: 'Day' }).waitFor();
      await user.tabTo(page.getByTestId('range-zone'));
      const zone = () => new URL(page.url()).searchParams.get('zone');
      await until('the time zone', 20_000, async () => {
        await user.type('Asia/Tok');
        // A browser forgets what was typed after a second without a key, which a busy machine may take between two of them.
        await sleep(FORGOTTEN_MS);
        return zone() === 'Asia/Tokyo' ? true : undefined;
      });
      await page.reload();
      await messages.getByRole('columnheader', { name: 'Day' }).waitFor();
      expect(await page.getByTestId('range-zone').inputValue()).toBe('Asia/Tokyo');
      expect(await page.getByTestId('range-30').getAttribute('aria-pressed')).toBe('true');
      // The table beside the chart scrolls with the arrow keys.
      await user.tabTo(messages.getByRole('region'));
      await user.seesFocus();
      await close();
    }, 90_000);

    it('statistics of the queue count conversations by day, with the time to the first response', async () => {
      const { page, close } = await openAsAdmin(context(), `/guilds/${guildId}/queue`);
      await new KeyboardUser(page).activate(page.getByRole('link', { name: 'Statistics of the queue' }));
      const total = (name: string) =>
        page.getByTestId('queue-totals').locator('div').filter({ hasText: name }).locator('dd');
      await until('both conversations', 20_000, async () => {
        await page.reload();
        await page.getByTestId('queue-totals').waitFor();
        return (await total('Opened').textContent()) === '2' ? true : undefined;
      });
      expect(await total('Waiting').textContent()).toBe('1');
      expect(await total('Answered').textContent()).toBe('1');
      expect(await total('Median response').textContent()).toMatch(/^\d+ (s|min)$/);
      const responses = page.getByTestId('figure-responses');
      await responses.getByRole('columnheader', { name: 'Median response' }).waitFor();
      await responses.getByRole('img').locator('canvas').waitFor();
      await close();
    }, 90_000);
  });
}
