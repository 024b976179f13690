/** The nearest-rank percentile of values in ascending order; NaN if there are none. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  if (sorted.length === 0) return NaN;
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]!;
}

/** p50, p95, p99 and the maximum, rounded to a hundredth. */
export function summarize(values: Iterable<number>): { p50: number; p95: number; p99: number; max: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (percent: number) => Math.round(percentile(sorted, percent) * 100) / 100;
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}
