import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TempStack } from '../../support/stacks/temp-stack.js';

/** The service that the pages come from considers no more threads of a support queue. */
export const QUEUE_MAX_THREADS = 3;

/** One stack and one browser, shared by all cases of the page. */
export interface PageContext {
  temp: TempStack;
  browser: Browser;
  /** A guild with two text channels. */
  guildId: string;
  channelId: string;
  /** A member of the guild. */
  userId: string;
  /** Errors of scripts, and what pages logged as errors. */
  complaints: string[];
}

/** Only ends what hangs, because the time that a page needs depends on the machine. */
const WAIT_MS = 180_000;

/** A page with its own reader; `close` closes it. */
export async function openReader(
  { browser, complaints }: PageContext,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return { page, close: () => context.close() };
}

/** Where the page keeps the token of a tab. */
const TOKEN_KEY = 'relay.token';

/** As {@link openReader}, at a path of the service; the tab is logged in as an admin whatever it loads. */
export async function openAsAdmin(
  context: PageContext,
  path: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; close: () => Promise<void> }> {
  const { url, token } = context.temp;
  const reader = await openReader(context, options);
  const entry = [TOKEN_KEY, token] as const;
  await reader.page.addInitScript(([key, value]) => window.sessionStorage.setItem(key, value), entry);
  await reader.page.goto(url + path);
  await waitForReader(reader.page);
  return reader;
}

/** Logs in with the form for tokens, at any address of the page. */
export async function logInWithToken(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId('token-input').fill(token);
  await page.getByTestId('token-login').click();
  await waitForReader(page);
}

/** The page is signed in. On a phone the reader's name is in a closed drawer. */
const waitForReader = (page: Page): Promise<void> =>
  page.getByTestId('reader').waitFor({ state: 'attached' });

export const connectionState = (page: Page) =>
  page.getByTestId('connection-state').getAttribute('data-state');
