import { useEffect, useRef } from 'react';
import { momentMs, type Snowflake } from '@discord-relay/contracts';
import { usePlace } from '../routes/use-place.js';
import { wallClockMs } from '../ui/wall-clock.js';
import type { MachineState } from './model/machine-state.js';
import type { TimeMachine } from './model/time-machine.js';

/**
 * The address names the time that the reader chose, or at which they paused, so that a copied link shows the same. A time that
 * something else puts there (a link, the browser's history) is sought.
 */
export function useAddress(
  machine: TimeMachine,
  state: MachineState,
  channelId: Snowflake,
  at: string,
): void {
  const [, goTo] = usePlace();
  const known = useRef(at);
  useEffect(() => {
    if (at === known.current) return;
    known.current = at;
    const timeMs = momentMs(at, wallClockMs());
    if (timeMs !== undefined) machine.seek(timeMs);
  }, [machine, at]);
  const { chosenMs } = state;
  useEffect(() => {
    if (chosenMs === null) return;
    const text = new Date(chosenMs).toISOString();
    known.current = text;
    goTo({ view: 'channel', channelId, at: text }, 'replace');
  }, [channelId, goTo, chosenMs]);
}
