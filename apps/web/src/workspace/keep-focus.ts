import { type RefObject, useEffect } from 'react';

/** What the focus falls back to in a part of the page: the part itself, or the list of messages or the view in it. */
function landing(part: HTMLElement): HTMLElement | null {
  return part.matches('[tabindex]') ? part : part.querySelector<HTMLElement>('[role="log"], .view');
}

/**
 * Keeps the focus on the page: when the element that has it is removed (a message is deleted, a button has done its work), the
 * focus moves to the closest part around it that can have it. Otherwise the browser would start again at the top.
 */
export function keepFocus(root: HTMLElement): () => void {
  /** The element that has the focus, and all parts around it, innermost first. */
  let path: HTMLElement[] = [];
  const onFocus = (event: FocusEvent) => {
    path = [];
    for (let part = event.target as HTMLElement | null; part && part !== root; part = part.parentElement)
      path.push(part);
  };
  const observer = new MutationObserver(() => {
    if (document.activeElement !== document.body || path[0]?.isConnected !== false) return;
    const around = path.filter(({ isConnected }) => isConnected);
    path = [];
    for (const part of [...around, root]) {
      const next = landing(part);
      if (next) return next.focus({ preventScroll: true });
    }
  });
  root.addEventListener('focusin', onFocus);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', onFocus);
    observer.disconnect();
  };
}

export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => (root.current ? keepFocus(root.current) : undefined), [root]);
}
