import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Screenshots of all views are kept here after a run, for inspection; git ignores them. */
export const ARTEFACTS = join(import.meta.dirname, '../../../.artefacts/page');

/** What axe finds, and what is wrong with the layout; saves a screenshot. */
export async function checkView(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
  // Half of the time of a check: `AxeBuilder` would do it twice, and transfer what passes as well.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(violationsFound);
  const problems = await page.evaluate(layoutProblems);
  return [...violations, ...problems].map((problem) => `${name}: ${problem}`);
}

/** Runs in the page, after the source of axe. Details of what passes are not collected. */
async function violationsFound(): Promise<string[]> {
  const { axe } = window as unknown as { axe: typeof import('axe-core') };
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 160)}`));
}

/**
 * Runs in the page: what is wider than its place without being meant to be scrolled sideways, and right-to-left text outside of
 * an element that keeps its direction to itself.
 */
export function layoutProblems(): string[] {
  const tooWide = (element: Element, widthPx: number) =>
    element.scrollWidth > widthPx
      ? [`${element.tagName} ${element.className} is ${element.scrollWidth - widthPx} px too wide`]
      : [];
  const parts =
    '.view, .view-stack, .messages-scroller, .sidebar-body, .dialog-body, .sign-in, .header, .past-banner, .player, .controls';
  const wide = [
    ...tooWide(document.documentElement, window.innerWidth),
    ...[...document.querySelectorAll(parts)].flatMap((part) => tooWide(part, part.clientWidth)),
  ];
  const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const loose: string[] = [];
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent ?? '';
    const parent = texts.currentNode.parentElement;
    const isIsolated = parent?.closest('bdi, [dir], [aria-hidden="true"], option, .markdown a') !== null;
    if (rightToLeft.test(text) && !isIsolated) loose.push(`the text “${text}” is not isolated`);
  }
  return [...wide, ...loose];
}
