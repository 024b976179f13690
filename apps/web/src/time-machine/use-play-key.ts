import { useEffect } from 'react';
import { isField } from '../ui/is-field.js';
import type { TimeMachine } from './model/time-machine.js';

/** P plays and pauses, wherever the focus is, except in input fields. */
export function usePlayKey(machine: TimeMachine): void {
  useEffect(() => {
    const onKey = ({ key, altKey, ctrlKey, metaKey, target }: KeyboardEvent) => {
      if (key.toLowerCase() !== 'p' || altKey || ctrlKey || metaKey || isField(target)) return;
      togglePlay(machine);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [machine]);
}

export function togglePlay(machine: TimeMachine): void {
  if (machine.getState().isPlaying) machine.pause();
  else machine.play();
}
