import { until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext } from './page-context.js';

const MESSAGES = 260;
/** Less than a pixel is a rounding error. */
const NO_SHIFT_PX = 1;

/** A channel with more messages than the page loads at first, and a reader in it. */
export function listCases(context: () => PageContext): void {
  describe('a long channel', () => {
    let page: Page;
    let close: () => Promise<void>;
    let channelId: string;
    let ids: string[];

    beforeAll(async () => {
      const { temp, guildId } = context();
      channelId = (await temp.sim.createChannel(guildId, 'long')).id;
      const load = { messagesPerSecond: 400, count: MESSAGES, seed: 7, channelIds: [channelId] };
      await temp.sim.startScenario({ ...load, editRatio: 0, deleteRatio: 0, reactionRatio: 0 });
      ids = await until('all messages', 60_000, async () => {
        const found = await readIds(context(), channelId);
        return found.length >= MESSAGES ? found : undefined;
      });
      ({ page, close } = await openAsAdmin(context(), `/channels/${channelId}`));
      await page.getByTestId(`message-${ids.at(-1)}`).waitFor();
    }, 90_000);

    afterAll(() => close?.());

    it('a long channel keeps what the reader looks at in place, whatever changes around it', async () => {
      const { temp } = context();
      await scrollTo(page, 600);
      await page.getByTestId(`message-${ids[MESSAGES - 100]}`).waitFor({ state: 'attached' });
      await watchShift(page);
      // The previous page is inserted above, and pages keep loading while the top is near.
      await scrollTo(page, 900);
      const first = await firstId(page);
      const above = ids[ids.indexOf(first) + 1]!;
      const watched = await watchShift(page);
      await temp.sim.edit(channelId, above, 'edited above\n'.repeat(30));
      await page
        .getByTestId(`message-${above}`)
        .getByText('edited above')
        .first()
        .waitFor({ state: 'attached' });
      await temp.sim.delete(channelId, first);
      await page.getByTestId(`message-${first}`).waitFor({ state: 'detached' });
      await page.getByTestId(`message-${above}`).evaluate((item) => {
        requestAnimationFrame(() => (item.style.minHeight = '1200px'));
      });
      const said = await temp.sim.say(channelId, 'said below');
      await until(
        'the count',
        10_000,
        async () => /1/.test((await page.getByTestId('jump-to-newest').textContent()) ?? '') || undefined,
      );
      await page.context().setOffline(true);
      await page.context().setOffline(false);
      await temp.sim.edit(channelId, said.id, 'said below, edited');
      expect(await watched()).toBeLessThan(NO_SHIFT_PX);
    }, 60_000);

    it('the link to an old message opens a channel there, from where the reader gets to the newest and back', async () => {
      const { temp } = context();
      const old = ids[10]!;
      await page.goto(`${temp.url}/channels/${channelId}/messages/${old}`);
      const target = page.getByTestId(`message-${old}`);
      await target.waitFor();
      await until('in sight', 10_000, async () => (await isInSight(page, old)) || undefined);
      expect(await target.getAttribute('class')).toContain('message-target');
      expect(await page.getByTestId(`message-${ids[9]}`).count()).toBe(1);
      expect(await page.getByTestId(`message-${ids.at(-1)}`).count()).toBe(0);
      await until('the newest message by scrolling alone', 30_000, async () => {
        await page.getByTestId('message-list').evaluate((list) => list.scrollBy(0, 4_000));
        return (await page.getByTestId(`message-${ids.at(-1)}`).count()) > 0 || undefined;
      });
      await until('the first message by scrolling alone', 30_000, async () => {
        await page.getByTestId('message-list').evaluate((list) => list.scrollBy(0, -4_000));
        return (await page.getByTestId(`message-${ids[1]}`).count()) > 0 || undefined;
      });
      const held = await page.locator('[data-anchor]').count();
      expect(held).toBeLessThanOrEqual(400);
    }, 60_000);

    it('the page jumps to the same message twice, and says so if it does not exist', async () => {
      const { temp } = context();
      const path = `${temp.url}/channels/${channelId}/messages`;
      await page.goto(`${path}/${ids[10]}`);
      const time = page.getByTestId(`message-${ids[20]}`).locator('a:has(time)');
      for (let n = 0; n < 2; n++) {
        await time.evaluate((link: HTMLElement) => link.click());
        await until('in sight', 10_000, async () => (await isInSight(page, ids[20]!)) || undefined);
        await page.getByTestId('message-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
        await until('elsewhere', 10_000, async () => !(await isInSight(page, ids[20]!)) || undefined);
      }
      await temp.sim.delete(channelId, ids[15]!);
      await page.goto(`${path}/${ids[15]}`);
      await page.getByTestId('message-gone').waitFor();
      await page.getByTestId(`message-${ids[16]}`).waitFor();
    }, 60_000);

    it('the page jumps to a day, and from it to the nearest days with messages', async () => {
      const { temp } = context();
      const day = await page.evaluate(() => new Date().toLocaleDateString('sv'));
      await page.goto(`${temp.url}/channels/${channelId}/days/${day}`);
      await page.getByTestId('floating-date').click();
      await page.getByTestId('day-before').click();
      await page.getByText('There are no earlier messages.').waitFor();
      await page.keyboard.press('Escape');
    }, 30_000);

    it('a reply shows the beginning of the original that is not loaded, and says when it is deleted', async () => {
      const { temp } = context();
      const [parent, removed] = [ids[30]!, ids[31]!];
      const answer = await temp.sim.reply(channelId, parent, 'an answer');
      const other = await temp.sim.reply(channelId, removed, 'an answer to a message that goes');
      await temp.sim.delete(channelId, removed);
      await until('it is deleted', 20_000, async () =>
        (await readIds(context(), channelId)).includes(removed) ? undefined : true,
      );
      await page.goto(`${temp.url}/channels/${channelId}`);
      const line = (id: string) => page.getByTestId(`message-${id}`).locator('.reply-line');
      await line(answer.id).locator('.reply-text').waitFor();
      await line(other.id).getByText('was deleted, or was never recorded').waitFor();
      expect(await page.getByTestId(`message-${parent}`).count()).toBe(0);
    }, 60_000);

    it('a channel is marked unread from a message by keyboard alone, and stays so after a reload', async () => {
      const { temp } = context();
      await page.goto(`${temp.url}/channels/${channelId}`);
      await page.getByTestId(`message-${ids.at(-1)}`).waitFor();
      const user = new KeyboardUser(page);
      await user.tabTo(page.getByTestId('message-list'));
      await page.keyboard.press('k');
      await page.keyboard.press('k');
      await page.keyboard.press('u');
      await page.getByTestId('unread-line').waitFor();
      await page.reload();
      await page.getByTestId('unread-line').waitFor();
      await user.activate(page.getByTestId('mark-read'));
      await page.getByTestId('unread-line').waitFor({ state: 'detached' });
    }, 30_000);
  });
}

async function readIds({ temp }: PageContext, channelId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = '0'; ;) {
    const url = `${temp.url}/api/v1/channels/${channelId}/messages?after=${after}&limit=100`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${temp.token}` } });
    const { messages } = (await response.json()) as { messages?: { id: string }[] };
    ids.push(...(messages ?? []).map(({ id }) => id));
    if (!messages || messages.length < 100) return ids;
    after = ids.at(-1)!;
  }
}

/** Scrolls to a distance from the top, with a pause in which the page may load more. */
async function scrollTo(page: Page, topPx: number): Promise<void> {
  await page.getByTestId('message-list').evaluate(async (list, top) => {
    list.scrollTo(0, top);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }, topPx);
}

const firstId = (page: Page): Promise<string> =>
  page
    .locator('[data-anchor]')
    .first()
    .evaluate((item) => item.dataset['anchor']!);

const isInSight = (page: Page, id: string): Promise<boolean> =>
  page.getByTestId(`message-${id}`).evaluate((item) => {
    const list = item.closest('[role=log]')!.getBoundingClientRect();
    const { top, bottom } = item.getBoundingClientRect();
    return bottom > list.top && top < list.bottom;
  });

/** Watches a message in the middle of the visible part in every frame; resolves to its largest shift. */
async function watchShift(page: Page): Promise<() => Promise<number>> {
  await page.getByTestId('message-list').evaluate((list) => {
    const { top, height } = list.getBoundingClientRect();
    const items = [...list.querySelectorAll('[data-anchor]')];
    const item = items.find((each) => each.getBoundingClientRect().top > top + height / 3)!;
    const placePx = item.getBoundingClientRect().top;
    const watch = { shiftPx: 0 };
    Object.assign(window, { watch });
    const look = () => {
      watch.shiftPx = Math.max(watch.shiftPx, Math.abs(item.getBoundingClientRect().top - placePx));
      next();
    };
    // After the frame was painted: within it, shifts are still corrected.
    const next = () => requestAnimationFrame(() => setTimeout(look));
    look();
  });
  return async () => {
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    return page.evaluate(() => (window as unknown as { watch: { shiftPx: number } }).watch.shiftPx);
  };
}
