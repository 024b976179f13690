import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartSeries {
  label: string;
  /** null: no value. */
  values: readonly (number | null)[];
}

export interface ChartProps {
  label: string;
  /** Seconds since the Unix epoch, or any ascending numbers. */
  x: readonly number[];
  /** The first is drawn as bars, further ones as lines; all as lines if `lines`. */
  series: readonly ChartSeries[];
  lines?: boolean;
  /** The time zone of `x`; undefined: `x` is not a time. */
  zone?: string;
}

const HEIGHT_PX = 220;
const COLOURS = ['--accent', '--busy', '--bad'] as const;

/** A chart. The table beside it contains the same values. */
export default function Chart({ label, x, series, lines = false, zone }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const size = () => ({ width: element.clientWidth, height: HEIGHT_PX });
    const data = [[...x], ...series.map(({ values }) => [...values])] as uPlot.AlignedData;
    const plot = new uPlot({ ...size(), ...lookOf(element, series, lines, zone) }, data, element);
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [x, series, lines, zone]);
  return (
    <div>
      <div className="chart" ref={box} role="img" aria-label={label} />
      {series.length > 1 && (
        <ul className="chart-legend" aria-hidden="true">
          {series.map((each, index) => (
            <li key={each.label} data-series={index}>
              {each.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function lookOf(
  element: HTMLElement,
  series: readonly ChartSeries[],
  lines: boolean,
  zone: string | undefined,
): Omit<uPlot.Options, 'width' | 'height'> {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(name);
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  };
  const bars = uPlot.paths.bars!({ size: [0.8, 24] });
  return {
    legend: { show: false },
    scales: {
      x: { time: zone !== undefined, range: (plot, min, max) => widened(plot.data[0], min, max) },
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
    },
    ...(zone !== undefined && { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), zone) }),
    axes: [axis, { ...axis, size: 56 }],
    series: [
      {},
      ...series.map(({ label }, index) => {
        const stroke = colour(COLOURS[index % COLOURS.length]!);
        const isBars = index === 0 && !lines;
        return isBars
          ? { label, stroke, fill: stroke, paths: bars, points: { show: false } }
          : { label, stroke, width: 2, spanGaps: true };
      }),
    ],
  };
}

/** Half a step at both ends, so that the first and the last bar are not cut. */
function widened(x: ArrayLike<number>, min: number, max: number): [number, number] {
  const step = x.length > 1 ? x[1]! - x[0]! : 1;
  return [min - step / 2, max + step / 2];
}
