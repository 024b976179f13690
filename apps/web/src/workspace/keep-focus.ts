import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * What has the focus when nothing in it was chosen: the list of messages, a view, or a sentence in its place; in the time machine,
 * its first control.
 */
const LANDINGS = '[data-landing], [role="log"], .view, .pane-state';

/** Reaches the keeper before the key that it belongs to does anything. */
const INPUTS = ['keydown', 'pointerdown'] as const;

export const landingIn = (part: ParentNode): HTMLElement | null => part.querySelector<HTMLElement>(LANDINGS);

/** What the focus falls back to in a part of the page. */
const landingOf = (part: HTMLElement): HTMLElement | null =>
  part.matches('[tabindex]') ? part : landingIn(part);

/**
 * Keeps the focus on the page: when the element that has it is removed (a message is deleted, a button has done its work), the
 * focus moves to the closest part around it that can have it. Otherwise the browser would start again at the top.
 */
export class FocusKeeper {
  /** The element that has the focus, and all parts around it, innermost first. */
  private path: HTMLElement[] = [];
  /** What a key led away from: the focus moves to what replaces it, unless another key is pressed before. null: nothing. */
  private left: { landing: HTMLElement | null } | null;
  private readonly observer = new MutationObserver(() => this.onChange());

  /** @param takesFocus whether the focus moves to the list or the view that is shown first */
  constructor(
    private readonly root: HTMLElement,
    takesFocus: boolean,
  ) {
    this.left = takesFocus ? { landing: null } : null;
    root.addEventListener('focusin', this.onFocus);
    for (const type of INPUTS) document.addEventListener(type, this.onInput, true);
    this.observer.observe(root, { childList: true, subtree: true });
  }

  stop(): void {
    this.root.removeEventListener('focusin', this.onFocus);
    for (const type of INPUTS) document.removeEventListener(type, this.onInput, true);
    this.observer.disconnect();
  }

  /** Calls `go`, and moves the focus to the list or the view that it leads to as soon as that is shown. */
  follow(go: () => void): void {
    const landing = landingIn(this.root);
    const before = window.location.href;
    go();
    if (window.location.href === before) focusOn(landing);
    else this.left = { landing };
  }

  private readonly onInput = () => {
    this.left = null;
  };

  private readonly onFocus = (event: FocusEvent) => {
    this.path = [];
    for (let part = event.target as HTMLElement | null; part && part !== this.root; part = part.parentElement)
      this.path.push(part);
  };

  private onChange(): void {
    if (this.left) this.arrive(this.left.landing);
    else if (document.activeElement === document.body && this.path[0]?.isConnected === false) this.fallBack();
  }

  private arrive(left: HTMLElement | null): void {
    const landing = landingIn(this.root);
    if (!landing || landing === left) return;
    this.left = null;
    // A view may move the focus to its own input field.
    if (!landing.contains(document.activeElement)) focusOn(landing);
  }

  /** While nothing can have the focus (a part is loading), this is tried again at the next change. */
  private fallBack(): void {
    const around = this.path.filter(({ isConnected }) => isConnected);
    for (const part of [...around, this.root]) {
      const next = landingOf(part);
      if (next) return focusOn(next);
    }
  }
}

const focusOn = (element: HTMLElement | null): void => element?.focus({ preventScroll: true });

/** @returns `follow` of the keeper of what is shown in `root` */
export function useKeptFocus(
  root: RefObject<HTMLElement | null>,
  takesFocus: boolean,
): FocusKeeper['follow'] {
  const keeper = useRef<FocusKeeper | null>(null);
  useEffect(() => {
    if (!root.current) return;
    keeper.current = new FocusKeeper(root.current, takesFocus);
    return () => keeper.current?.stop();
  }, [root, takesFocus]);
  return useCallback((go) => (keeper.current ? keeper.current.follow(go) : go()), []);
}
