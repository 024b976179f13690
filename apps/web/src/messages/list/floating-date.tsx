import { memo, type SubmitEvent, useRef, useState } from 'react';
import type { Day } from '../../routes/place.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { dayName } from '../../ui/times.js';
import { dayAt, dayStartMs, nearestDay } from '../model/days.js';
import { wallClockMs } from '../../ui/wall-clock.js';

interface FloatingDateProps {
  /** When the topmost visible message was written. */
  timeMs: number;
  read: Parameters<typeof nearestDay>[0];
  onDay: (day: Day) => void;
}

const { days: TEXTS } = MESSAGE_TEXTS;

/** The day of the topmost visible message, with navigation to other days. */
export const FloatingDate = memo(function FloatingDate({ timeMs, read, onDay }: FloatingDateProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const go = (day: Day) => {
    setOpen(false);
    onDay(day);
  };
  return (
    <div className="floating-date" onKeyDown={(event) => event.key === 'Escape' && isOpen && close()}>
      <button
        ref={button}
        type="button"
        className="floating-date-button"
        aria-expanded={isOpen}
        title={TEXTS.title}
        data-testid="floating-date"
        onClick={() => setOpen(!isOpen)}
      >
        {dayName(new Date(timeMs).toISOString(), wallClockMs())}
      </button>
      {isOpen && <DayChoice day={dayAt(timeMs)} read={read} onDay={go} />}
    </div>
  );
});

interface DayChoiceProps extends Pick<FloatingDateProps, 'read' | 'onDay'> {
  day: Day;
}

function DayChoice({ day, read, onDay }: DayChoiceProps) {
  const [notice, setNotice] = useState('');
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onDay(String(new FormData(event.currentTarget).get('day')));
  };
  const step = (direction: 'before' | 'after') => {
    nearestDay(read, day, direction).then(
      (found) => (found ? onDay(found) : setNotice(direction === 'before' ? TEXTS.noEarlier : TEXTS.noLater)),
      (error: Error) => setNotice(MESSAGE_TEXTS.unreadable(error.message)),
    );
  };
  return (
    <form className="day-choice" onSubmit={submit} aria-label={TEXTS.title}>
      <label>
        {TEXTS.date}
        <input type="date" name="day" defaultValue={day} max={dayAt(wallClockMs())} required autoFocus />
      </label>
      <button type="submit" className="button">
        {TEXTS.go}
      </button>
      <button
        type="button"
        className="button button-quiet"
        data-testid="day-before"
        onClick={() => step('before')}
      >
        {TEXTS.previous}
      </button>
      <button
        type="button"
        className="button button-quiet"
        data-testid="day-after"
        disabled={dayStartMs(day, 1) > wallClockMs()}
        onClick={() => step('after')}
      >
        {TEXTS.next}
      </button>
      <p role="status">{notice}</p>
    </form>
  );
}
