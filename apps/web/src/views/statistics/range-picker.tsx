import { wallClockMs } from '../../ui/wall-clock.js';
import { STATISTICS_TEXTS as TEXTS } from '../../texts/statistics-texts.js';
import { inZone, lastDays, LENGTHS, limited, zones } from './range.js';
import type { Range } from './series.js';
import { dayInZone } from '../../ui/zoned-days.js';

interface RangePickerProps {
  range: Range;
  onChange: (range: Range) => void;
}

/** The days of a statistic and the time zone that they are in. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  const nowMs = wallClockMs();
  const today = dayInZone(nowMs, range.zone);
  return (
    <form className="range" aria-label={TEXTS.range.title} data-testid="range">
      <div className="range-lengths" role="group" aria-label={TEXTS.range.last}>
        {LENGTHS.map((length) => {
          const last = lastDays(length, range.zone, nowMs);
          return (
            <button
              key={length}
              type="button"
              className="button"
              aria-pressed={last.from === range.from && last.to === range.to}
              data-testid={`range-${length}`}
              onClick={() => onChange(last)}
            >
              {TEXTS.range.days(length)}
            </button>
          );
        })}
      </div>
      {(['from', 'to'] as const).map((end) => (
        <label key={end}>
          {TEXTS.range[end]}
          <input
            className="field"
            type="date"
            required
            max={today}
            value={range[end]}
            data-testid={`range-${end}`}
            onChange={({ target }) =>
              target.value && onChange(limited({ ...range, [end]: target.value }, end))
            }
          />
        </label>
      ))}
      <label>
        {TEXTS.range.zone}
        <select
          className="field"
          value={range.zone}
          data-testid="range-zone"
          onChange={({ target }) => onChange(inZone(range, target.value, nowMs))}
        >
          {[...new Set([range.zone, ...zones()])].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
    </form>
  );
}
