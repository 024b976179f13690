import { useEffect, useMemo, useState } from 'react';
import { momentMs, type WireChannel } from '@discord-relay/contracts';
import { useReducedMotion } from '../content/markdown-view/use-reduced-motion.js';
import { wallClockMs } from '../ui/wall-clock.js';
import { type PastClient, TimeMachine } from './model/time-machine.js';

/** The time machine of a channel. The time in the address is where it begins; later ones are sought: see use-address.ts. */
export function useTimeMachine(client: PastClient, { id, serverId }: WireChannel, at: string): TimeMachine {
  const [start] = useState(at);
  return useMemo(() => {
    const nowMs = wallClockMs();
    return new TimeMachine(client, { channelId: id, serverId }, momentMs(start, nowMs) ?? nowMs);
  }, [client, id, serverId, start]);
}

const SHOW_EVERY_MS = 250;
const SHOW_CALMLY_EVERY_MS = 1_000;

/** The time that is shown, as it moves; less often for readers who prefer less motion. */
export function usePosition(machine: TimeMachine): number {
  const [atMs, setAtMs] = useState(machine.atMs);
  const isCalm = useReducedMotion();
  useEffect(() => {
    const show = () => setAtMs(machine.atMs);
    show();
    const stop = machine.subscribe(show);
    const timer = setInterval(show, isCalm ? SHOW_CALMLY_EVERY_MS : SHOW_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [machine, isCalm]);
  return atMs;
}
