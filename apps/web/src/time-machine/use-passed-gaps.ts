import { useEffect, useMemo, useRef, useState } from 'react';
import type { ListedGap } from '../messages/model/list-marks.js';
import { beganIn } from './model/machine-state.js';
import type { TimeMachine } from './model/time-machine.js';

const startOf = ({ from }: ListedGap): number => Date.parse(from!);

/** The gaps that began before the time that is shown: the list has them at their places. One that begins is said. */
export function usePassedGaps(machine: TimeMachine, gaps: readonly ListedGap[]): readonly ListedGap[] {
  const [count, setCount] = useState(0);
  const seen = useRef({ count: 0, visit: -1 });
  useEffect(() => {
    const check = () => {
      const { visit, isPlaying, skips } = machine.getState();
      const passed = gaps.filter((gap) => startOf(gap) <= machine.atMs).length;
      const isPlayed = isPlaying && visit === seen.current.visit;
      const last = gaps[passed - 1];
      const isNew = isPlayed && last && passed > seen.current.count;
      // That of a skipped time is said together with it.
      if (isNew && !skips.some((skip) => beganIn(last, skip))) machine.tell({ kind: 'gap', gap: last });
      seen.current = { count: passed, visit };
      setCount(passed);
    };
    check();
    const timer = setInterval(check, 250);
    return () => clearInterval(timer);
  }, [machine, gaps]);
  return useMemo(() => gaps.slice(0, count), [gaps, count]);
}
