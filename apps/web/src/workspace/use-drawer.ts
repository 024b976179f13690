import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

/** The width below which the side bar is a drawer; layout.css has the same number. */
const NARROW = window.matchMedia('(max-width: 767px)');

const subscribeToWidth = (listener: () => void) => {
  NARROW.addEventListener('change', listener);
  return () => NARROW.removeEventListener('change', listener);
};

export interface Drawer {
  isOpen: boolean;
  /** Whether the side bar is a drawer at this width and closed. */
  isShut: boolean;
  open: () => void;
  close: () => void;
}

/** The side bar of narrow screens; Escape closes it. */
export function useDrawer(): Drawer {
  const isNarrow = useSyncExternalStore(subscribeToWidth, () => NARROW.matches);
  const [wasOpened, setOpened] = useState(false);
  const isOpen = isNarrow && wasOpened;
  const open = useCallback(() => setOpened(true), []);
  const close = useCallback(() => setOpened(false), []);
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && close();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isOpen, close]);
  return { isOpen, isShut: isNarrow && !isOpen, open, close };
}
