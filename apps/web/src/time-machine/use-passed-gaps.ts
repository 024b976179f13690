import { useEffect, useMemo, useRef, useState } from 'react';
import type { ListedGap } from '../messages/model/list-marks.js';
import type { TimeMachine } from './model/time-machine.js';

const startOf = ({ from }: ListedGap): number => Date.parse(from!);

/** The gaps that began before the time that is shown: the list has them at their places. One that begins is said. */
export function usePassedGaps(machine: TimeMachine, gaps: readonly ListedGap[]): readonly ListedGap[] {
  const [count, setCount] = useState(0);
  const seen = useRef({ count: 0, visit: -1 });
  useEffect(() => {
    const check = () => {
      const { visit, isPlaying } = machine.getState();
      const passed = gaps.filter((gap) => startOf(gap) <= machine.atMs).length;
      const isPlayed = isPlaying && visit === seen.current.visit;
      if (isPlayed && passed > seen.current.count) machine.tell({ kind: 'gap', gap: gaps[passed - 1]! });
      seen.current = { count: passed, visit };
      setCount(passed);
    };
    check();
    const timer = setInterval(check, 250);
    return () => clearInterval(timer);
  }, [machine, gaps]);
  return useMemo(() => gaps.slice(0, count), [gaps, count]);
}
