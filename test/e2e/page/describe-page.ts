import { existsSync } from 'node:fs';
import { until } from '@discord-relay/local-stack';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../support/clients/chromium.js';
import { openTempStack, type TempStack } from '../../support/stacks/temp-stack.js';
import { type PageContext, QUEUE_MAX_THREADS } from './page-context.js';

const executablePath = process.env.CHROMIUM_PATH;
const haveBrowser = executablePath !== undefined && existsSync(executablePath);

// Without a browser this is skipped with a clear message (see tools/programs/chromium.mjs), and fails in CI.
const whenBrowser = haveBrowser || process.env.CI === 'true' ? describe : describe.skip;

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // A key scrolls at once, so that no movement is still under way when the next key is pressed.
  '--disable-smooth-scrolling',
];

/**
 * Cases that share one stack and one browser. Afterwards, no page may have reported an error of a script.
 * @param cases declares them; they may call `context` once they run
 */
export function describePage(title: string, cases: (context: () => PageContext) => void): void {
  whenBrowser(title, () => {
    let temp: TempStack & { close(): Promise<void> };
    let browser: Browser;
    let context: PageContext;

    beforeAll(async () => {
      if (!haveBrowser) throw new Error('no Chromium: install it or set CHROMIUM_PATH');
      [temp, browser] = await Promise.all([openPageStack(), launchBrowser()]);
      context = { temp, browser, complaints: [], ...(await createServer(temp)) };
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await temp?.close();
    });

    cases(() => context);

    it(`${title}: the console has no errors, except for what cases cut off or refuse`, () => {
      const expected =
        /ERR_CONNECTION|WebSocket|Failed to load resource|Failed to fetch dynamically imported/;
      expect(context.complaints.filter((line) => !expected.test(line))).toEqual([]);
    });
  });
}

function openPageStack(): Promise<TempStack & { close(): Promise<void> }> {
  // Members are sent for guilds that existed when the session began.
  const envOf = {
    ingestor: { RECORD_MEMBERS: 'true' },
    'gateway-api': { QUEUE_MAX_THREADS: String(QUEUE_MAX_THREADS) },
  };
  return openTempStack({ progress: () => undefined, envOf });
}

function launchBrowser(): Promise<Browser> {
  // The language decides the order of day and month where a date is typed.
  const env = { ...(process.env as Record<string, string>), LANGUAGE: 'en_US', LANG: 'en_US.UTF-8' };
  return chromium.launch({ executablePath, args: FLAGS, env });
}

/** A server with two text channels and a member, once it is projected. */
async function createServer({ sim, url, token }: TempStack) {
  const { id: userId } = await sim.createUser('grace');
  const guild = await sim.createGuild('Example server', [{ name: 'general' }, { name: 'random' }]);
  await until('the guild is projected', 10_000, async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/api/v1/guilds/${guild.id}/channels`, { headers })).ok || undefined;
  });
  return { guildId: guild.id, channelId: guild.channels[0]!.id, userId };
}
