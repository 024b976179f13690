import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TempStack } from '../../support/stacks/temp-stack.js';

/** One stack and one browser, shared by all cases of the page. */
export interface PageContext {
  temp: TempStack;
  browser: Browser;
  /** A guild with two text channels. */
  guildId: string;
  channelId: string;
  /** A member of the guild. */
  userId: string;
  /** Errors that scripts of pages reported. */
  complaints: string[];
}

/** A page with its own reader; `close` closes it. */
export async function openReader(
  { browser, complaints }: PageContext,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, close: () => context.close() };
}

/** Logs in with a token, at any address of the page. */
export async function logInWithToken(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId('token-input').fill(token);
  await page.getByTestId('token-login').click();
  // On a phone it is in a closed drawer.
  await page.getByTestId('reader').waitFor({ state: 'attached' });
}

export const connectionState = (page: Page) =>
  page.getByTestId('connection-state').getAttribute('data-state');
