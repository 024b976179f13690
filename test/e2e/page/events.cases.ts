import { until } from '@discord-relay/local-stack';
import { logInWithToken, openReader, type PageContext } from './page-context.js';

/** Scheduled events, from Discord's dispatch to the page. */
export function eventCases(context: () => PageContext): void {
  it('the page shows the events that a server has announced, without those that it has cancelled', async () => {
    const { temp, guildId, userId } = context();
    const announced = (id: string, name: string) => ({
      ...{ id, guild_id: guildId, channel_id: null, creator_id: userId, name, description: 'Bring a kite.' },
      ...{ scheduled_start_time: '2999-03-01T18:00:00+00:00', scheduled_end_time: null, privacy_level: 2 },
      ...{ status: 1, entity_type: 3, entity_id: null, entity_metadata: { location: 'The beach' } },
    });
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_CREATE', announced('5001', 'Flying day'));
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_CREATE', announced('5002', 'Repair evening'));
    const { page, close } = await openReader(context());
    await logInWithToken(page, `${temp.url}/guilds/${guildId}/events`, temp.token);
    const card = (id: string) => page.getByTestId(`event-${id}`);
    const shows = async (id: string, isShown: boolean) => {
      await page.reload();
      await page.getByTestId('events-view').getByRole('heading', { level: 2 }).waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      return (await card(id).count()) === (isShown ? 1 : 0) ? true : undefined;
    };
    await until('both events', 30_000, () => shows('5002', true));
    await card('5001').getByText('Flying day').waitFor();
    await card('5001').getByText('The beach').waitFor();
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_DELETE', announced('5001', 'Flying day'));
    await until('the event is gone', 30_000, () => shows('5001', false));
    await card('5002').getByText('Bring a kite.').waitFor();
    await close();
  }, 120_000);
}
