import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../../test/support/clients/chromium.js';
import { installProbe } from './probe.js';

/** A Chromium of its own. @throws Error when no Chromium is installed */
export async function withBrowser<T>(
  executablePath: string | undefined,
  work: (browser: Browser) => Promise<T>,
): Promise<T> {
  if (!executablePath) throw new Error('no Chromium: install it or set CHROMIUM_PATH');
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** A page with the probe and an empty cache. */
export async function openProbedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.addInitScript(installProbe);
  return page;
}

/** A page with the probe, in a Chromium of its own. @throws Error when no Chromium is installed */
export const withProbedPage = <T>(
  executablePath: string | undefined,
  work: (page: Page) => Promise<T>,
): Promise<T> => withBrowser(executablePath, async (browser) => work(await openProbedPage(browser)));

const MB = 1_048_576;

/** Heap size and number of elements of the page after a garbage collection. */
export async function holdingsOf(page: Page): Promise<{ heapMb: number; elements: number }> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    return { heapMb: Math.round((usedSize / MB) * 10) / 10, elements };
  } finally {
    await session.detach();
  }
}

/** CPU time of the page's main thread, in milliseconds, while `work` runs: a busy machine affects it less than times. */
export async function mainThreadMs(page: Page, work: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const taskSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
  try {
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await taskSeconds();
    await work();
    return ((await taskSeconds()) - before) * 1_000;
  } finally {
    await session.detach();
  }
}
