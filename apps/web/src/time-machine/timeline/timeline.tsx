import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import type { ListedGap } from '../../messages/model/list-marks.js';
import { TIME_MACHINE_TEXTS as TEXTS } from '../../texts/time-machine-texts.js';
import { fullTime } from '../../ui/times.js';
import type { TimeRange } from '../model/machine-state.js';
import { barsPath, mostIn } from './density.js';
import { fractionOf, lengthOf, timeAfterKey } from './scale.js';
import { tickLabels, ticksOf } from './ticks.js';
import { type Density, type DensitySource, useDensity } from './use-density.js';
import { useSpokenTime } from './use-spoken-time.js';
import { useWidth } from './use-width.js';

interface TimelineProps {
  source: DensitySource;
  range: TimeRange;
  /** The part of the range that the bar covers. */
  window: TimeRange;
  gaps: readonly ListedGap[];
  atMs: number;
  isPlaying: boolean;
  onSeek: (timeMs: number) => void;
}

/** A bar over the history: how many messages there were, gaps, days, and the time that is shown. */
export function Timeline({ source, range, window, gaps, atMs, isPlaying, onSeek }: TimelineProps) {
  const [zone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const density = useDensity(source, range, window, zone);
  return (
    <div className="timeline">
      <Drawing density={density} window={window} gaps={gaps} zone={zone} />
      <TimeSlider range={range} window={window} atMs={atMs} isPlaying={isPlaying} onSeek={onSeek} />
    </div>
  );
}

/** Movements that follow each other faster are one. */
const SEEK_AFTER_MS = 150;

type TimeSliderProps = Pick<TimelineProps, 'range' | 'window' | 'atMs' | 'isPlaying' | 'onSeek'>;

function TimeSlider({ range, window, atMs, isPlaying, onSeek }: TimeSliderProps) {
  const [chosenMs, choose] = useChosenTime(onSeek);
  const shownMs = chosenMs ?? atMs;
  const spokenMs = useSpokenTime(shownMs, isPlaying && chosenMs === null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const timeMs = timeAfterKey(event.key, shownMs, window, range);
    if (timeMs === undefined) return;
    event.preventDefault();
    choose(timeMs);
  };
  return (
    <input
      type="range"
      className="time-slider"
      min={window.fromMs}
      max={window.toMs}
      step={1}
      value={shownMs}
      aria-label={TEXTS.position}
      aria-valuetext={fullTime(new Date(spokenMs).toISOString())}
      data-testid="time-slider"
      onChange={({ target }) => choose(Number(target.value))}
      onKeyDown={onKeyDown}
    />
  );
}

/** The time that the reader moves to, until it is sought; null: none. */
function useChosenTime(onSeek: (timeMs: number) => void): [number | null, (timeMs: number) => void] {
  const [chosenMs, setChosenMs] = useState<number | null>(null);
  const latest = useRef(onSeek);
  latest.current = onSeek;
  useEffect(() => {
    if (chosenMs === null) return;
    const timer = setTimeout(() => {
      latest.current(chosenMs);
      setChosenMs(null);
    }, SEEK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [chosenMs]);
  return [chosenMs, setChosenMs];
}

interface DrawingProps extends Pick<TimelineProps, 'window' | 'gaps'> {
  /** null: not known. */
  density: Density | null;
  zone: string;
}

/** The unit box of the bars, which is stretched. */
const [BOX_WIDTH, BOX_HEIGHT] = [1_000, 100];

/** Everything that does not move while the replay plays. A list beside it has the gaps in words, and the statistics have the numbers. */
const Drawing = memo(function Drawing({ density, window, gaps, zone }: DrawingProps) {
  return (
    <div className="timeline-drawing" aria-hidden="true">
      <div className="timeline-track">
        {density && (
          <svg viewBox={`0 0 ${BOX_WIDTH} ${BOX_HEIGHT}`} preserveAspectRatio="none" data-testid="density">
            <title>{TEXTS.density[density.unit](mostIn(density.buckets))}</title>
            <path d={barsPath(density.buckets, window, BOX_WIDTH, BOX_HEIGHT)} />
          </svg>
        )}
        {gaps.map((gap) => (
          <GapMark key={gap.gapId} gap={gap} window={window} />
        ))}
      </div>
      <Ticks window={window} zone={zone} />
    </div>
  );
});

function GapMark({ gap: { from, to }, window }: { gap: ListedGap; window: TimeRange }) {
  const [fromMs, toMs] = [Date.parse(from!), to === null ? window.toMs : Date.parse(to)];
  if (toMs < window.fromMs || fromMs > window.toMs) return null;
  const left = fractionOf(window, fromMs);
  const width = fractionOf(window, toMs) - left;
  return (
    <span
      className="timeline-gap"
      data-testid="timeline-gap"
      style={{ insetInlineStart: percent(left), width: percent(width) }}
    />
  );
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(3)}%`;

/** A label needs this much space. */
const LABEL_PX = 84;
/** Labels closer to an end are cut, so only their lines are drawn. */
const LABEL_END_PX = 30;

function Ticks({ window, zone }: { window: TimeRange; zone: string }) {
  const [box, widthPx] = useWidth();
  const labelOf = tickLabels(zone);
  return (
    <div className="timeline-ticks" ref={box}>
      {ticksOf(window, zone, Math.floor(widthPx / LABEL_PX)).map((tick) => {
        const fraction = (tick.timeMs - window.fromMs) / lengthOf(window);
        const endPx = Math.min(fraction, 1 - fraction) * widthPx;
        return (
          <span
            key={tick.timeMs}
            className={tick.kind === 'time' ? 'tick' : 'tick tick-day'}
            style={{ insetInlineStart: percent(fraction) }}
          >
            {endPx >= LABEL_END_PX && labelOf(tick)}
          </span>
        );
      })}
    </div>
  );
}
