import { type Figures, type Measurement, summarize, until } from '@discord-relay/local-stack';
import type { Browser, Page } from 'playwright-core';
import { type TempStack, withTempStack } from '../../test/support/stacks/temp-stack.js';
import { openProbedPage, withBrowser } from './browser.js';

const DEFAULT_ROUNDS = 12;
/** More than the page loads at first. */
const MESSAGES = 200;
/** Where the page keeps the token of a tab. */
const TOKEN_KEY = 'relay.token';
/** Until a key is answered, it is pressed again this often. */
const PRESS_EVERY_MS = 25;

/**
 * What a signed-in reader waits for who opens a channel with an empty cache, measured in a real Chromium without a GPU: from the
 * start of the navigation until the first message is painted, and until a key has opened the list of keys.
 */
export const pageLoad: Measurement = {
  name: 'page-load',
  description: `start of the navigation to the first painted message, and to the answer to a key, in ms, with an empty cache; --rounds: loads (${DEFAULT_ROUNDS})`,
  required: {
    interactiveP95Ms: { max: 1_500 },
    withoutNewest: { equals: 0 },
  },
  run: ({ seed, rounds = DEFAULT_ROUNDS, progress }) =>
    withTempStack({ progress }, (temp) =>
      withBrowser(process.env.CHROMIUM_PATH, (browser) =>
        loadOften(temp, browser, { seed, rounds, progress }),
      ),
    ),
};

interface Run {
  seed: number;
  rounds: number;
  progress: (line: string) => void;
}

/** When both happened, in milliseconds since the navigation began. */
interface Load {
  paintedMs: number;
  interactiveMs: number;
  hasNewest: boolean;
}

async function loadOften(
  temp: TempStack,
  browser: Browser,
  { seed, rounds, progress }: Run,
): Promise<Figures> {
  const { channelId, newestId } = await fillChannel(temp, seed);
  const loads: Load[] = [];
  progress(`${rounds} loads…`);
  for (let i = 0; i < rounds; i++) {
    const page = await openProbedPage(browser);
    loads.push(await load(page, temp, { channelId, newestId }));
    await page.context().close();
  }
  const painted = summarize(loads.map(({ paintedMs }) => paintedMs));
  const interactive = summarize(loads.map(({ interactiveMs }) => interactiveMs));
  return {
    loads: loads.length,
    withoutNewest: loads.filter(({ hasNewest }) => !hasNewest).length,
    ...{ paintedP50Ms: painted.p50, paintedP95Ms: painted.p95 },
    ...{ interactiveP50Ms: interactive.p50, interactiveP95Ms: interactive.p95 },
    interactiveMaxMs: interactive.max,
  };
}

interface Filled {
  channelId: string;
  newestId: string;
}

/** A channel with messages that readers may load. */
async function fillChannel({ sim, url, token }: TempStack, seed: number): Promise<Filled> {
  const { channels } = await sim.createGuild('Bench', [{ name: 'long' }]);
  const channelId = channels[0]!.id;
  const load = { messagesPerSecond: MESSAGES, count: MESSAGES, seed, channelIds: [channelId] };
  await sim.startScenario({ ...load, editRatio: 0, deleteRatio: 0, reactionRatio: 0 });
  await until('all messages are posted', 60_000, async () => {
    const sent = (await sim.ledger()).filter(({ kind }) => kind === 'message.created');
    return sent.length >= MESSAGES || undefined;
  });
  const newestId = (await sim.say(channelId, 'the newest message')).id;
  await until('the newest message is projected', 60_000, async () => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/api/v1/channels/${channelId}/messages/${newestId}`, { headers });
    return response.ok || undefined;
  });
  return { channelId, newestId };
}

async function load(page: Page, { url, token }: TempStack, { channelId, newestId }: Filled): Promise<Load> {
  const entry = [TOKEN_KEY, token] as const;
  await page.addInitScript(([key, value]) => window.sessionStorage.setItem(key, value), entry);
  await page.goto(`${url}/channels/${channelId}`, { waitUntil: 'commit' });
  const paintedMs = await inPage(page, () => {
    const [first] = [...window.probe.painted.values()].sort((a, b) => a - b);
    return first === undefined ? false : first - performance.timeOrigin;
  });
  const interactiveMs = await answerToKey(page);
  const hasNewest = (await page.getByTestId(`message-${newestId}`).count()) > 0;
  return { paintedMs, interactiveMs, hasNewest };
}

/** When the list of keys is open, which `?` opens: from when it is first pressed with a message in view. */
async function answerToKey(page: Page): Promise<number> {
  const answered = inPage(page, () =>
    document.querySelector('[data-testid="help-sheet"]') ? performance.now() : false,
  );
  let isAnswered = false;
  void answered.finally(() => (isAnswered = true)).catch(() => undefined);
  while (!isAnswered) {
    await page.keyboard.press('?');
    await page.waitForTimeout(PRESS_EVERY_MS);
  }
  return answered;
}

/** Evaluates in every frame until there is a result, in milliseconds since the navigation began. */
async function inPage(page: Page, probe: () => number | false): Promise<number> {
  const result = await page.waitForFunction(probe, undefined, { polling: 'raf', timeout: 60_000 });
  return Math.round(Number(await result.jsonValue()));
}
