import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { atOf, pathOf, type Place, placeOf } from './place.js';

export type GoTo = (place: Place, how?: 'push' | 'replace') => void;

/** The place in the address bar, and a function to go to another one. Back and forward work. */
export function usePlace(): [Place, GoTo] {
  const [path, navigate] = useLocation();
  const at = atOf(useSearch());
  const place = useMemo(() => placeOf(path, at), [path, at]);
  const goTo = useCallback<GoTo>(
    // Each visit is a separate history entry, even of the same place: see use-jumps.ts.
    (next, how = 'push') => navigate(pathOf(next), { replace: how === 'replace', state: performance.now() }),
    [navigate],
  );
  return [place, goTo];
}
