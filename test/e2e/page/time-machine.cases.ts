import { setTimeout as sleep } from 'node:timers/promises';
import type { RestGap, RestGapPage, RestMessagePage } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { KeyboardUser } from './keyboard-user.js';
import { openAsAdmin, type PageContext } from './page-context.js';

/** A time without events that is skipped at normal speed: longer than three seconds. */
const QUIET_MS = 5_000;
const LIMIT_MS = 120_000;

type SayingWindow = Window & { said?: string[] };

/** Runs in the page, where a sentence is soon replaced by the next one. */
function rememberSaid(): void {
  const page = window as SayingWindow;
  const said = (page.said = [] as string[]);
  const remember = () => said.push(document.querySelector('[data-testid="said"]')?.textContent ?? '');
  new MutationObserver(remember).observe(document.body, { subtree: true, childList: true });
}

/** The past of a channel, played and sought using only the keyboard. */
export function timeMachineCases(context: () => PageContext): void {
  describe('the time machine', () => {
    let page: Page;
    let user: KeyboardUser;
    let close: () => Promise<void>;
    let channelId: string;
    let edited: string;
    let deleted: string;
    let newest: string;
    /** After the first message was recorded, and before its edit. */
    let beforeEditMs: number;

    const read = async <T>(path: string): Promise<T> => {
      const { temp } = context();
      const response = await fetch(temp.url + path, { headers: { authorization: `Bearer ${temp.token}` } });
      return (await response.json()) as T;
    };
    const textOf = async (id: string) => {
      const { messages } = await read<RestMessagePage>(`/api/v1/channels/${channelId}/messages`);
      return messages.find((message) => message.id === id)?.content;
    };
    const isProjected = (id: string, text: string | undefined) =>
      until(`the text ${text}`, 30_000, async () => (await textOf(id)) === text || undefined);

    beforeAll(async () => {
      const { temp, guildId } = context();
      channelId = (await temp.sim.createChannel(guildId, 'by-time')).id;
      edited = (await temp.sim.say(channelId, 'the first text')).id;
      await isProjected(edited, 'the first text');
      beforeEditMs = Date.now();
      deleted = (await temp.sim.say(channelId, 'to be deleted')).id;
      await isProjected(deleted, 'to be deleted');
      await temp.sim.edit(channelId, edited, 'the second text');
      await isProjected(edited, 'the second text');
      await temp.sim.delete(channelId, deleted);
      await isProjected(deleted, undefined);
      const lostMs = Date.now();
      await sleep(QUIET_MS);
      await temp.sim.expireSessions();
      await temp.sim.drop();
      await until('the end of the gap', 60_000, async () => {
        const path = `/api/v1/guilds/${guildId}/gaps?from=${new Date(lostMs).toISOString()}`;
        const { gaps } = await read<RestGapPage>(path);
        const gap = gaps.find(({ from, closedAt }) => from !== null && closedAt !== null);
        return gap;
      });
      newest = (await temp.sim.say(channelId, 'after the gap')).id;
      await isProjected(newest, 'after the gap');
      ({ page, close } = await openAsAdmin(context(), `/channels/${channelId}`));
      user = new KeyboardUser(page);
      await shown(newest).waitFor();
      // The keys work as soon as the channels are known, which may be later.
      await page.getByTestId(`channel-${channelId}`).waitFor();
    }, LIMIT_MS);

    afterAll(() => close?.());

    const shown = (id: string) => page.getByTestId(`message-${id}`);
    const machine = () => page.getByTestId('time-machine');
    const isOpen = () => page.locator('[data-testid="time-machine"][data-phase="open"]').waitFor();
    const slider = () => page.getByTestId('time-slider');
    /** Waits until a sentence has been said since {@link rememberSaid}, also if another has replaced it. */
    const said = (text: RegExp) =>
      until(`the sentence ${text}`, 30_000, async () => {
        const sentences = await page.evaluate(() => (window as SayingWindow).said ?? []);
        return sentences.some((sentence) => text.test(sentence)) || undefined;
      });
    /** From ten times the normal speed to the normal one. */
    const slowDown = async () => {
      await user.tabTo(page.getByTestId('speed'));
      for (const _ of ['5', '2', '1']) await user.press('ArrowUp');
      expect(await page.getByTestId('speed').inputValue()).toBe('1');
    };
    const addressMs = () => Date.parse(new URL(page.url()).searchParams.get('at') ?? '');

    it(
      'a keyboard user opens the time machine and plays the whole history of a channel with a gap, a quiet time and the end',
      async () => {
        await page.keyboard.press('t');
        await isOpen();
        await page.evaluate(rememberSaid);
        await user.seesFocus();
        // The channel is younger than an hour: its history begins with nothing.
        await shown(newest).waitFor({ state: 'detached' });
        expect(await page.getByTestId('connection-state').getAttribute('data-state')).toBe('past');
        await slowDown();
        await user.activate(page.getByTestId('play'));
        await said(/^Playing at 1×/);
        await said(/^Skipped \d+ s without events/);
        await shown(newest).waitFor({ timeout: 30_000 });
        await shown(edited).getByText('the second text').waitFor();
        await page.getByTestId('tombstone').first().waitFor();
        await page.getByTestId('gap').getByText('Not observed').waitFor();
        await page.getByTestId('skip').first().waitFor();
        await said(/^This was the end/);
        expect(await page.getByTestId('timeline-gap').count()).toBe(1);
      },
      LIMIT_MS,
    );

    it(
      'a keyboard user moves through the past with the bar and the list of gaps, and the address has the time',
      async () => {
        await user.tabTo(slider(), 'Shift+Tab');
        await user.press('Home');
        await shown(edited).waitFor({ state: 'detached' });
        await until('the beginning in the address', 10_000, () => addressMs() < beforeEditMs || undefined);
        await user.press('End');
        await shown(newest).waitFor();
        const endMs = await until('the end in the address', 10_000, () =>
          addressMs() > beforeEditMs ? addressMs() : undefined,
        );
        await user.press('PageDown');
        await until('an earlier time in the address', 10_000, () => addressMs() < endMs || undefined);
        expect(await slider().getAttribute('aria-valuetext')).toMatch(/\d{4}.*\d:\d\d:\d\d/);
        const gaps = page.getByTestId('past-gaps');
        await user.activate(gaps.locator('summary'));
        await gaps.getByText('Nothing was received from').waitFor();
        await user.activate(gaps.getByRole('button', { name: 'Show' }));
        await said(/^Showing/);
        await shown(newest).waitFor({ state: 'detached' });
        // A slow machine may lose the connection more than once, and the bar shows only the part of a gap within its range.
        await until('a time of a gap in the address', 10_000, async () => {
          const { gaps: ledger } = await read<RestGapPage>(`/api/v1/guilds/${context().guildId}/gaps`);
          const hasAddress = ({ from, to }: RestGap) =>
            from !== null && Date.parse(from) <= addressMs() && addressMs() <= Date.parse(to ?? '9999-12-31');
          return ledger.some(hasAddress) || undefined;
        });
      },
      LIMIT_MS,
    );

    it(
      'a link shows a message with the text that it had, play and pause have a key, and the way back is live',
      async () => {
        const at = new Date(beforeEditMs).toISOString();
        await page.goto(`${context().temp.url}/channels/${channelId}?at=${at}`);
        await isOpen();
        await page.evaluate(rememberSaid);
        await shown(edited).getByText('the first text').waitFor();
        expect(await page.getByTestId('tombstone').count()).toBe(0);
        // At normal speed and with its quiet times, the rest of the history is longer than this test.
        await slowDown();
        await user.activate(page.getByTestId('skip-quiet'), 'Space');
        await page.keyboard.press('p');
        await said(/^Playing at 1×/);
        // Paused before the first position arrives, it would be where it began.
        await until('the time passes', 60_000, async () => {
          const shownAt = await page.getByTestId('past-time').getAttribute('datetime');
          return Date.parse(shownAt!) > beforeEditMs || undefined;
        });
        await page.keyboard.press('p');
        await said(/^Paused at/);
        const pausedMs = await until('the time at which it paused, in the address', 10_000, async () => {
          const shownAt = await page.getByTestId('past-time').getAttribute('datetime');
          return addressMs() > beforeEditMs && addressMs() === Date.parse(shownAt!) ? addressMs() : undefined;
        });
        await page.keyboard.press('t');
        await machine().waitFor({ state: 'detached' });
        await shown(newest).waitFor();
        await page.goBack();
        await isOpen();
        expect(addressMs()).toBe(pausedMs);
        await user.activate(page.getByTestId('back-to-live'));
        await machine().waitFor({ state: 'detached' });
        await shown(newest).waitFor();
      },
      LIMIT_MS,
    );
  });
}
