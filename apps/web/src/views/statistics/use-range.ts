import { useCallback, useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { wallClockMs } from '../../ui/wall-clock.js';
import { rangeIn, searchOf } from './range.js';
import type { Range } from './series.js';

/** The range in the address bar, so that a link to a statistic shows the same one. */
export function useRange(): [Range, (range: Range) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const [nowMs] = useState(wallClockMs);
  const range = useMemo(() => rangeIn(search, nowMs), [search, nowMs]);
  const setRange = useCallback(
    (next: Range) => navigate(`${path}?${searchOf(next)}`, { replace: true }),
    [path, navigate],
  );
  return [range, setRange];
}
