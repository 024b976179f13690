import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface ChartProps {
  /** Seconds since the Unix epoch, and a value for each. */
  data: [times: number[], values: number[]];
  label: string;
}

const HEIGHT_PX = 220;

/** Bars over time. The table beside it contains the same values. */
export default function Chart({ data, label }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const styles = getComputedStyle(element);
    const [ink, line, accent] = ['--ink-soft', '--line', '--accent'].map((name) =>
      styles.getPropertyValue(name),
    );
    const axis = { stroke: ink!, grid: { stroke: line! }, ticks: { stroke: line! } };
    const bars = uPlot.paths.bars!({ size: [0.8, 24] });
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        axes: [axis, { ...axis, size: 56 }],
        series: [{}, { label, paths: bars, fill: accent!, stroke: accent!, points: { show: false } }],
      },
      data,
      element,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [data, label]);
  return <div className="chart" ref={box} role="img" aria-label={label} />;
}
