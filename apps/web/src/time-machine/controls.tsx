import { type SubmitEvent, useEffect, useRef } from 'react';
import type { ListedGap } from '../messages/model/list-marks.js';
import { TIME_MACHINE_TEXTS as TEXTS } from '../texts/time-machine-texts.js';
import { type MachineState, SPEEDS } from './model/machine-state.js';
import type { TimeMachine } from './model/time-machine.js';
import { fieldTime, gapText } from './times.js';
import { type Scope, scopesOf } from './timeline/scale.js';
import { togglePlay } from './use-play-key.js';

interface ControlsProps {
  machine: TimeMachine;
  state: MachineState;
  scope: Scope;
  onScope: (scope: Scope) => void;
}

export function Controls({ machine, state, scope, onScope }: ControlsProps) {
  const { speed, skipQuiet, range, gaps } = state;
  const scopes = range ? scopesOf(range) : [];
  return (
    <div className="controls" role="group" aria-label={TEXTS.title}>
      <PlayButton machine={machine} isPlaying={state.isPlaying} />
      <label className="control">
        <span>{TEXTS.speed}</span>
        <select
          className="field"
          value={speed}
          data-testid="speed"
          onChange={({ target }) => machine.set({ speed: Number(target.value) })}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {TEXTS.times(each)}
            </option>
          ))}
        </select>
      </label>
      <label className="control control-check">
        <input
          type="checkbox"
          checked={skipQuiet}
          data-testid="skip-quiet"
          onChange={({ target }) => machine.set({ skipQuiet: target.checked })}
        />
        <span>{TEXTS.skipQuiet}</span>
      </label>
      <TimeField machine={machine} state={state} />
      {scopes.length > 1 && <ScopeSelect scopes={scopes} scope={scope} onScope={onScope} />}
      {gaps.length > 0 && <GapList gaps={gaps} onChoose={(gap) => choose(machine, Date.parse(gap.from!))} />}
    </div>
  );
}

/** Not with the bar, whose new time is said by itself. */
function choose(machine: TimeMachine, timeMs: number): void {
  machine.seek(timeMs);
  machine.tell({ kind: 'shown' });
}

const ICONS = { play: 'M7 4l13 8-13 8z', pause: 'M6 4h4v16H6zM14 4h4v16h-4z' } as const;

function PlayButton({ machine, isPlaying }: { machine: TimeMachine; isPlaying: boolean }) {
  const action = isPlaying ? 'pause' : 'play';
  return (
    <button
      type="button"
      className="button button-primary play"
      aria-keyshortcuts="p"
      data-landing
      data-testid="play"
      onClick={() => togglePlay(machine)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={ICONS[action]} />
      </svg>
      {TEXTS[action]}
    </button>
  );
}

/** Goes to a date and time. It shows the time that was chosen last. */
function TimeField({ machine, state: { range, chosenMs } }: Pick<ControlsProps, 'machine' | 'state'>) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const input = field.current;
    if (chosenMs !== null && input && input !== document.activeElement) input.value = fieldTime(chosenMs);
  }, [chosenMs]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const timeMs = new Date(field.current?.value ?? '').getTime();
    if (!Number.isNaN(timeMs)) choose(machine, timeMs);
  };
  return (
    <form className="control time-field" onSubmit={submit}>
      <label className="control">
        <span>{TEXTS.goTo}</span>
        <input
          ref={field}
          className="field"
          type="datetime-local"
          step={1}
          required
          min={range ? fieldTime(range.fromMs) : undefined}
          max={range ? fieldTime(range.toMs) : undefined}
          defaultValue={fieldTime(machine.atMs)}
          data-testid="time-field"
        />
      </label>
      <button type="submit" className="button">
        {TEXTS.go}
      </button>
    </form>
  );
}

interface ScopeSelectProps {
  scopes: readonly Scope[];
  scope: Scope;
  onScope: (scope: Scope) => void;
}

const ScopeSelect = ({ scopes, scope, onScope }: ScopeSelectProps) => (
  <label className="control">
    <span>{TEXTS.scope}</span>
    <select
      className="field"
      value={scope}
      data-testid="scope"
      onChange={({ target }) => onScope(target.value as Scope)}
    >
      {scopes.map((each) => (
        <option key={each} value={each}>
          {TEXTS.scopes[each]}
        </option>
      ))}
    </select>
  </label>
);

/** What the hatching of the bar means, in words. */
function GapList({ gaps, onChoose }: { gaps: readonly ListedGap[]; onChoose: (gap: ListedGap) => void }) {
  return (
    <details className="gap-list" data-testid="past-gaps">
      <summary>{TEXTS.gaps.list(gaps.length)}</summary>
      <ul>
        {gaps.map((gap) => (
          <li key={gap.gapId}>
            {gapText(gap)}{' '}
            <button type="button" className="button button-quiet" onClick={() => onChoose(gap)}>
              {TEXTS.gaps.show}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
