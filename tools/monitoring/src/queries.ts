import type { Panel, Query } from './dashboard.js';

const RATE = '[$__rate_interval]';

/** Events per second of a counter, summed over replicas. */
const rate = (metric: string, by?: string): Query =>
  by
    ? { text: `sum by (${by}) (rate(${metric}${RATE}))`, legend: `{{${by}}}` }
    : { text: `sum(rate(${metric}${RATE}))`, legend: 'all' };

/** Median and 99th percentile of a histogram over all replicas. */
const quantiles = (metric: string): Query[] =>
  [0.5, 0.99].map((quantile) => ({
    text: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket${RATE})))`,
    legend: `p${quantile * 100}`,
  }));

export const latency = (title: string, metric: string, thresholds: Panel['thresholds']): Panel => ({
  title,
  unit: 's',
  queries: quantiles(metric),
  thresholds,
});

export const perSecond = (title: string, metric: string, by?: string): Panel => ({
  title,
  unit: 'ops',
  queries: [rate(metric, by)],
});

/** A counter of which every increment should be investigated. */
export const incidents = (title: string, metric: string, by?: string): Panel => ({
  title,
  unit: 'short',
  queries: [
    by
      ? { text: `sum by (${by}) (increase(${metric}[1h]))`, legend: `{{${by}}}` }
      : { text: `sum(increase(${metric}[1h]))`, legend: 'in an hour' },
  ],
  thresholds: [1, 10],
});

/** A counter with labels has no series before the first event. */
export const rareIncidents = (title: string, metric: string, by: string, emptyBecause: string): Panel => ({
  ...incidents(title, metric, by),
  emptyBecause,
});

export const gauge = (
  title: string,
  text: string,
  { unit = 'short', legend, thresholds, kind }: Partial<Query & Panel> = {},
): Panel => ({ title, unit, queries: [{ text, legend }], thresholds, kind });
