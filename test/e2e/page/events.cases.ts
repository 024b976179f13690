import { openAsAdmin, type PageContext } from './page-context.js';

/** The page requests them again every few seconds. */
const LIVE_LIMIT_MS = 60_000;

/** Scheduled events, from Discord's dispatch to the page. */
export function eventCases(context: () => PageContext): void {
  it('the page shows the events that a server announces, starts and cancels, without a reload', async () => {
    const { temp, guildId, userId } = context();
    const announced = (id: string, name: string) => ({
      ...{ id, guild_id: guildId, channel_id: null, creator_id: userId, name, description: 'Bring a kite.' },
      ...{ scheduled_start_time: '2999-03-01T18:00:00+00:00', scheduled_end_time: null, privacy_level: 2 },
      ...{ status: 1, entity_type: 3, entity_id: null, entity_metadata: { location: 'The beach' } },
    });
    const { page, close } = await openAsAdmin(context(), `/guilds/${guildId}/events`);
    await page.getByTestId('events-view').waitFor();
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_CREATE', announced('5001', 'Flying day'));
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_CREATE', announced('5002', 'Repair evening'));
    const card = (id: string) => page.getByTestId(`event-${id}`);
    await card('5002').waitFor({ timeout: LIVE_LIMIT_MS });
    await card('5001').getByText('Flying day').waitFor();
    await card('5001').getByText('The beach').waitFor();
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_UPDATE', { ...announced('5002', 'Repair'), status: 2 });
    await card('5002').getByText('Repair', { exact: true }).waitFor({ timeout: LIVE_LIMIT_MS });
    await card('5002').locator('.badge').waitFor();
    await temp.sim.dispatch('GUILD_SCHEDULED_EVENT_DELETE', announced('5001', 'Flying day'));
    await card('5001').waitFor({ state: 'detached', timeout: LIVE_LIMIT_MS });
    await card('5002').getByText('Bring a kite.').waitFor();
    await close();
  }, 240_000);
}
