import { useEffect, useRef } from 'react';
import { isField, isSlider } from '../ui/is-field.js';

export interface Shortcuts {
  switcher: () => void;
  help: () => void;
  search: () => void;
  queue: () => void;
  /** Opens the time machine, or goes back to live. */
  timeMachine: () => void;
  /** To the channel above (-1) or below (1). */
  step: (direction: -1 | 1) => void;
  nextUnread: () => void;
  newest: () => void;
}

/** Keys that work wherever the focus is, except letters in input fields. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = shortcutOf(event);
      if (!name) return;
      event.preventDefault();
      if (name === 'above' || name === 'below') latest.current.step(name === 'above' ? -1 : 1);
      else latest.current[name]();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

type Name = Exclude<keyof Shortcuts, 'step'> | 'above' | 'below';

function shortcutOf({ key, ctrlKey, metaKey, altKey, shiftKey, target }: KeyboardEvent): Name | null {
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return 'switcher';
  if (ctrlKey || metaKey) return null;
  if (altKey && key === 'ArrowUp') return 'above';
  if (altKey && key === 'ArrowDown') return shiftKey ? 'nextUnread' : 'below';
  if (altKey || isField(target)) return null;
  if (key === '?') return 'help';
  if (key === '/') return 'search';
  if (key === 'q' || key === 'Q') return 'queue';
  if (key === 't' || key === 'T') return 'timeMachine';
  return key === 'End' && !isSlider(target) ? 'newest' : null;
}
