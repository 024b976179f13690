import { setTimeout as sleep } from 'node:timers/promises';
import { type Figures, type Measurement, summarize, until } from '@discord-relay/local-stack';
import type { Page } from 'playwright-core';
import { HIGH_LIMITS } from '../../test/support/stacks/high-limits.js';
import { type TempStack, withTempStack } from '../../test/support/stacks/temp-stack.js';
import { holdingsOf, mainThreadMs, withProbedPage } from './browser.js';
import { scrollUpAndDown } from './probe.js';

const RATE = 60;
const WARM_UP_S = 3;
/** With 30 rounds: 216,000, as many as arrive in an hour at {@link RATE}. */
const HISTORY_PER_ROUND = 7_200;
const HISTORY_RATE = 1_500;
/** So that a run takes less than two minutes. */
const DEFAULT_ROUNDS = 10;
const SCROLL_MS = 8_000;
const FRAME_MS = 1_000 / 60;

/**
 * What a reader of a busy channel notices, measured in a real Chromium without a GPU: the time from the local Discord's dispatch
 * until the message is painted, tasks that block input, frames that are dropped while scrolling, and memory.
 */
export const paint: Measurement = {
  name: 'paint',
  description: `Discord dispatch to painted in Chromium in ms, at ${RATE} messages/s; then ${HISTORY_PER_ROUND} more per round, memory, and frames while scrolling; --rounds: seconds at that rate (${DEFAULT_ROUNDS}; 30: an hour's messages)`,
  required: {
    paintP95Ms: { max: 100 },
    unpainted: { equals: 0 },
    longTasks: { equals: 0 },
    heapMb: { max: 64 },
    elements: { max: 12_000 },
    droppedPercent: { max: 5 },
    newestShown: { equals: 1 },
  },
  run: ({ seed, rounds = DEFAULT_ROUNDS, progress }) =>
    withTempStack({ progress, envOf: { 'gateway-api': HIGH_LIMITS } }, (temp) =>
      withProbedPage(process.env.CHROMIUM_PATH, (page) => readAlong(temp, page, { seed, rounds, progress })),
    ),
};

interface Run {
  seed: number;
  /** Seconds at the measured rate. */
  rounds: number;
  progress: (line: string) => void;
}

/** Opens a channel, measures live messages, fills the channel, and scrolls in it. */
async function readAlong(temp: TempStack, page: Page, run: Run): Promise<Figures> {
  const { seed, rounds, progress } = run;
  const { channels } = await temp.sim.createGuild('Bench', [{ name: 'busy' }]);
  const channelId = channels[0]!.id;
  await openChannel(temp, page, channelId);
  progress(`${RATE} messages/s: warming up, then ${rounds} s…`);
  await post(temp, { channelId, seed, messagesPerSecond: RATE, count: RATE * WARM_UP_S });
  await paintedLatest(temp, page);
  const live = await paintTimes(temp, page, { channelId, seed: seed + 1, count: RATE * rounds });
  const history = HISTORY_PER_ROUND * rounds - RATE * rounds;
  progress(`${history} more messages…`);
  await post(temp, { channelId, seed: seed + 2, messagesPerSecond: HISTORY_RATE, count: history });
  await paintedLatest(temp, page);
  progress('scrolling…');
  const scrolled = await framesWhileScrolling(page);
  return {
    ...live,
    ...(await holdingsOf(page)),
    ...scrolled,
    newestShown: await newestShown(temp, page),
  };
}

async function openChannel({ url, token }: TempStack, page: Page, channelId: string): Promise<void> {
  await page.goto(`${url}/channels/${channelId}`);
  await page.getByTestId('token-input').fill(token);
  await page.getByTestId('token-login').click();
  const state = page.getByTestId('connection-state');
  await until('live', 60_000, async () =>
    (await state.getAttribute('data-state')) === 'live' ? true : undefined,
  );
}

interface Load {
  channelId: string;
  seed: number;
  messagesPerSecond: number;
  count: number;
}

/** Posts messages at a rate, and waits until all are posted. */
async function post({ sim }: TempStack, { channelId, ...load }: Load): Promise<void> {
  const from = await sim.lastIndex();
  await sim.startScenario({
    ...load,
    channelIds: [channelId],
    ...{ editRatio: 0, deleteRatio: 0, reactionRatio: 0 },
  });
  await sleep((load.count / load.messagesPerSecond) * 1_000);
  await until('all messages are posted', 120_000, async () =>
    (await sim.lastIndex()) - from >= load.count ? true : undefined,
  );
}

async function newestId({ sim }: TempStack): Promise<string> {
  const last = await sim.lastIndex();
  const entries = await sim.ledger(Math.max(0, last - 50));
  return entries.filter(({ kind }) => kind === 'message.created').at(-1)!.messageId!;
}

async function paintedLatest(temp: TempStack, page: Page): Promise<void> {
  const id = await newestId(temp);
  await until(`message ${id} is painted`, 300_000, () =>
    page.evaluate((messageId) => window.probe.painted.has(messageId) || undefined, id),
  );
}

async function paintTimes(
  temp: TempStack,
  page: Page,
  load: Omit<Load, 'messagesPerSecond'>,
): Promise<Figures> {
  await page.evaluate(() => {
    window.probe.longTasksMs.length = 0;
  });
  const from = await temp.sim.lastIndex();
  const cpuMs = await mainThreadMs(page, async () => {
    await post(temp, { ...load, messagesPerSecond: RATE });
    await paintedLatest(temp, page);
  });
  const sent = (await temp.sim.ledger(from)).filter(({ kind }) => kind === 'message.created');
  const probe = await page.evaluate(() => ({
    painted: [...window.probe.painted],
    longTasksMs: window.probe.longTasksMs,
  }));
  const painted = new Map(probe.painted);
  const timesMs = sent.flatMap(({ messageId, atMs }) => {
    const paintedMs = painted.get(messageId!);
    return paintedMs === undefined ? [] : [paintedMs - atMs];
  });
  const { p50, p95, p99, max } = summarize(timesMs);
  return {
    ...{ paintP50Ms: p50, paintP95Ms: p95, paintP99Ms: p99, paintMaxMs: max },
    mainThreadMsPerMessage: Math.round((10 * cpuMs) / sent.length) / 10,
    painted: timesMs.length,
    unpainted: sent.length - timesMs.length,
    longTasks: probe.longTasksMs.length,
    longestTaskMs: Math.max(0, ...probe.longTasksMs),
  };
}

/** A frame that takes twice as long as it should drops one. */
async function framesWhileScrolling(page: Page): Promise<Figures> {
  const { gapsMs, pixels } = await page.evaluate(scrollUpAndDown, { durationMs: SCROLL_MS });
  const due = gapsMs.reduce((sum, gapMs) => sum + Math.max(1, Math.round(gapMs / FRAME_MS)), 0);
  const seconds = gapsMs.reduce((sum, gapMs) => sum + gapMs, 0) / 1_000;
  return {
    framesPerS: Math.round(gapsMs.length / seconds),
    droppedPercent: Math.round((1_000 * (due - gapsMs.length)) / due) / 10,
    scrolledScreens: Math.round(pixels / page.viewportSize()!.height),
  };
}

/** Whether the newest message can be reached again after all this. */
async function newestShown(temp: TempStack, page: Page): Promise<number> {
  const id = await newestId(temp);
  await page.getByTestId('message-list').press('End');
  const shown = page.getByTestId(`message-${id}`);
  await shown.waitFor({ timeout: 60_000 });
  return shown.count();
}
