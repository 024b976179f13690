import { until } from '@discord-relay/local-stack';
import type { Locator, Page } from 'playwright-core';

/** More elements than any view has that Tab stops at. */
const MOST_STOPS = 400;

/** A reader who only has a keyboard. */
export class KeyboardUser {
  constructor(private readonly page: Page) {}

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  /** Moves the focus with Tab until the element has it. @throws Error when Tab does not stop at it */
  async tabTo(element: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await element.waitFor({ state: 'attached' });
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      if (await hasFocus(element)) return;
      await this.press(key);
    }
    throw new Error(`${key} does not stop at ${String(element)}`);
  }

  /** As {@link tabTo}, and presses a key there; afterwards the focus is still to be seen. */
  async activate(element: Locator, key = 'Enter'): Promise<void> {
    await this.tabTo(element);
    await this.press(key);
    await this.seesFocus();
  }

  /** Waits until an element in the window shows that it has the focus. */
  async seesFocus(): Promise<void> {
    await until('a visible focus', 10_000, async () => {
      const problem = await this.page.evaluate(problemOfFocus);
      if (problem) throw new Error(problem);
      return true;
    });
  }
}

const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluateAll((found) => found.includes(document.activeElement as HTMLElement));

/** Runs in the page. */
function problemOfFocus(): string | null {
  const element = document.activeElement;
  if (!element || element === document.body) return 'nothing has the focus';
  const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
  const name = `${element.tagName} ${element.className}`;
  if (width === 0 || height === 0) return `${name} has no size`;
  if (right < 0 || bottom < 0 || left > window.innerWidth || top > window.innerHeight)
    return `${name} is outside of the window`;
  return element.matches(':focus-visible') ? null : `${name} does not show the focus`;
}
