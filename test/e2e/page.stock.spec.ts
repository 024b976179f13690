import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { PlainProxy } from '../../apps/gateway-api/src/testing/plain-proxy.js';
import { contentCases } from './page/content.cases.js';
import { describePage } from './page/describe-page.js';
import { eventCases } from './page/events.cases.js';
import { KeyboardUser } from './page/keyboard-user.js';
import { listCases } from './page/list.cases.js';
import { connectionState, openAsAdmin, openReader } from './page/page-context.js';
import { prefixCases } from './page/prefix.cases.js';
import { sizeCases } from './page/size.cases.js';
import { stateCases } from './page/state.cases.js';
import type { TempStack } from '../support/stacks/temp-stack.js';

describePage('the page', (context) => {
  let temp: TempStack;
  let page: Page;
  let channelId: string;

  beforeAll(async () => {
    ({ temp, channelId } = context());
    ({ page } = await openAsAdmin(context(), `/channels/${channelId}`));
    await until('live', 30_000, async () => ((await state()) === 'live' ? true : undefined));
  }, 60_000);

  const state = () => connectionState(page);

  it('a visitor logs in with one click and sees the channels', async () => {
    const visitor = await openReader(context());
    await visitor.page.goto(temp.url);
    await visitor.page.getByTestId('local-login').click();
    await visitor.page.getByTestId(`channel-${channelId}`).click();
    await until('live', 30_000, async () =>
      (await connectionState(visitor.page)) === 'live' ? true : undefined,
    );
    await visitor.close();
  }, 60_000);

  it('the page shows a message, its edit and its deletion without a refresh', async () => {
    const said = await temp.sim.say(channelId, 'seen by a browser');
    const item = page.getByTestId(`message-${said.id}`);
    await item.waitFor();
    expect(await item.textContent()).toContain('seen by a browser');
    await temp.sim.edit(channelId, said.id, 'edited in the browser');
    await page.getByText('edited in the browser').waitFor();
    await temp.sim.delete(channelId, said.id);
    await item.waitFor({ state: 'detached' });
  });

  it('the page shows markup in a message as text', async () => {
    const said = await temp.sim.say(
      channelId,
      '<img src=x onerror="document.title=1"> <script>alert(1)</script>',
    );
    const item = page.getByTestId(`message-${said.id}`);
    await item.waitFor();
    expect(await item.textContent()).toContain('<script>alert(1)</script>');
    expect(await item.locator('script, img[src="x"]').count()).toBe(0);
  });

  it('the page shows a message as Discord does, and reveals spoilers by keyboard', async () => {
    const said = await temp.sim.say(channelId, '# Title\n- **bold** ||secret||\n```ts\nconst a = 1;\n```');
    const item = page.getByTestId(`message-${said.id}`);
    await item.getByRole('heading', { name: 'Title' }).waitFor();
    expect(await item.locator('li strong').textContent()).toBe('bold');
    // Highlighting is loaded on demand, within the page's content security policy.
    await item.locator('.hljs-keyword').waitFor();
    const covered = item.locator('.spoiler-content');
    expect(await covered.getAttribute('inert')).not.toBeNull();
    await new KeyboardUser(page).activate(item.getByRole('button', { name: 'Show spoiler' }));
    await item.getByRole('button', { name: 'Hide spoiler' }).waitFor();
    expect(await covered.getAttribute('inert')).toBeNull();
  });

  it('text that reverses the writing direction does not affect anything else on the page', async () => {
    const said = await temp.sim.say(channelId, 'before');
    await temp.sim.edit(channelId, said.id, 'a \u2069\u202e reversed');
    const edited = page.getByTestId(`message-${said.id}`).locator('.message-edited');
    await edited.waitFor();
    const [first, last] = await edited.evaluate((element) =>
      [0, element.textContent!.length - 1].map((at) => {
        const range = document.createRange();
        range.setStart(element.firstChild!, at);
        range.setEnd(element.firstChild!, at + 1);
        return range.getBoundingClientRect().left;
      }),
    );
    expect(first).toBeLessThan(last!);
  });

  it('the page says when the service is down, and misses nothing when it is back', async () => {
    await temp.stack.service('gateway-api').kill();
    await until('reconnecting', 10_000, async () => ((await state()) === 'reconnecting' ? true : undefined));
    const said = await temp.sim.say(channelId, 'posted while the page was cut off');
    temp.stack.service('gateway-api').start();
    await page.getByTestId(`message-${said.id}`).waitFor({ timeout: 30_000 });
    await until('live', 10_000, async () => ((await state()) === 'live' ? true : undefined));
  }, 60_000);

  it('the page shows live messages behind a proxy that does not upgrade connections, and says why', async () => {
    const proxy = await PlainProxy.to(temp.url);
    const { page: other, close } = await openReader(context());
    await other.goto(proxy.url);
    await other.getByTestId('local-login').click();
    await other.getByTestId(`channel-${channelId}`).click();
    const badge = other.getByTestId('connection-state');
    const over = () => badge.getAttribute('data-state');
    await until('live', 20_000, async () => ((await over()) === 'live-over-sse' ? true : undefined));
    expect(await badge.getAttribute('title')).toMatch(/^WebSocket connections fail/);
    const said = await temp.sim.say(channelId, 'seen without a WebSocket');
    await other.getByTestId(`message-${said.id}`).waitFor();
    await close();
    await proxy.stop();
  }, 60_000);

  prefixCases(context);

  listCases(context);

  contentCases(context);

  eventCases(context);

  stateCases(context);

  sizeCases();

  it('the page is not live while the ingestor is stopped, and says so', async () => {
    await temp.stack.service('ingestor').kill();
    await until('not live', 20_000, async () => ((await state()) === 'source-down' ? true : undefined));
    const badge = page.getByTestId('connection-state');
    expect(await badge.locator('.connection-words').textContent()).toBe('Ingestor stopped');
    expect(await badge.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    temp.stack.service('ingestor').start();
    await until('live again', 30_000, async () => ((await state()) === 'live' ? true : undefined));
  }, 60_000);

  it('a visitor logs in with Discord, continues after a reload, and logs out', async () => {
    const { page: other, close } = await openReader(context());
    await other.goto(`${temp.url}/channels/${channelId}`);
    await other.getByTestId('discord-login').click();
    await other.getByRole('link', { name: 'grace' }).click();
    const reader = other.getByTestId('reader');
    await reader.waitFor();
    expect(await reader.textContent()).toBe('graceviewer');
    await other.getByTestId(`channel-${channelId}`).waitFor();
    expect(await reader.locator('.reader-name').getAttribute('title')).toBe(context().userId);
    expect(new URL(other.url()).pathname).toBe(`/channels/${channelId}`);
    await other.reload();
    await reader.waitFor();
    // The service revokes the log-in, and notifies the page's socket, long before its response arrives.
    await other.route('**/api/auth/logout', async (route) => {
      const answer = await route.fetch();
      await sleep(1_500);
      await route.fulfill({ response: answer });
    });
    await other.getByTestId('sign-out').click();
    await other.getByTestId('discord-login').waitFor();
    expect(await other.getByRole('alert').count()).toBe(0);
    await other.reload();
    await other.getByTestId('discord-login').waitFor();
    await close();
  }, 60_000);
});
