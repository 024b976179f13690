import { useEffect, useState } from 'react';
import type { Skip } from '../messages/model/list-marks.js';
import { TIME_MACHINE_TEXTS } from '../texts/time-machine-texts.js';
import { spanText } from '../ui/span-text.js';
import type { MachineState, Notice } from './model/machine-state.js';
import type { TimeMachine } from './model/time-machine.js';
import { gapText, shortTime } from './times.js';

/** What happens is said here, also to screen readers: play, pause, a gap, a skipped time, the end. */
export function Said({ machine, state: { notice, speed } }: { machine: TimeMachine; state: MachineState }) {
  const [said, setSaid] = useState({ text: '', count: 0 });
  const count = notice?.count ?? 0;
  useEffect(() => {
    if (notice) setSaid({ text: textOf(notice, machine.atMs, speed), count });
    // A later change of the speed does not repeat it.
  }, [machine, count]);
  // A new element for every sentence, because the same sentence again would not change the document.
  return (
    <p className="said" role="status" data-testid="said">
      {said.text !== '' && <span key={said.count}>{said.text}</span>}
    </p>
  );
}

function textOf(notice: Notice, atMs: number, speed: number): string {
  const { said, times } = TIME_MACHINE_TEXTS;
  switch (notice.kind) {
    case 'playing':
      return said.playing(times(speed), shortTime(atMs));
    case 'paused':
      return said.paused(shortTime(atMs));
    case 'shown':
      return said.shown(shortTime(atMs));
    case 'ended':
      return said.ended(shortTime(atMs));
    case 'gap':
      return gapText(notice.gap);
    case 'skipped':
      return [said.skipped(lengthText(notice.skip)), ...notice.gaps.map(gapText)].join(' ');
    default:
      return notice satisfies never;
  }
}

const lengthText = ({ from, to }: Skip): string => spanText((Date.parse(to) - Date.parse(from)) / 1_000);
