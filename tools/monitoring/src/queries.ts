import type { Panel, Query, Thresholds } from './dashboard.js';

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

export const latency = (title: string, metric: string, above: [warn: number, bad: number]): Panel => ({
  title,
  unit: 's',
  queries: quantiles(metric),
  thresholds: { above },
});

/** Traffic, of which every amount is normal. */
export const perSecond = (title: string, metric: string, by?: string): Panel => ({
  title,
  unit: 'ops',
  queries: [rate(metric, by)],
  thresholds: 'any',
});

const INCIDENTS: Thresholds = { above: [1, 10] };

/** A counter without labels of which every increment should be investigated. */
export const incidents = (title: string, metric: string): Panel => ({
  title,
  unit: 'short',
  queries: [{ text: `sum(increase(${metric}[1h]))`, legend: 'in an hour' }],
  thresholds: INCIDENTS,
});

/**
 * A counter with labels has no series before the first event, and begins with that event, which `increase` does not see: the value
 * of a series that is younger than an hour is what happened within the hour.
 */
export const rareIncidents = (title: string, metric: string, by: string, emptyBecause: string): Panel => ({
  title,
  unit: 'short',
  queries: [
    {
      text: `sum by (${by}) ((${metric} unless ${metric} offset 1h) or increase(${metric}[1h]))`,
      legend: `{{${by}}}`,
    },
  ],
  thresholds: INCIDENTS,
  emptyBecause,
});

export const gauge = (
  title: string,
  text: string,
  { unit = 'short', legend, thresholds = 'any', kind }: Partial<Query & Panel> = {},
): Panel => ({ title, unit, queries: [{ text, legend }], thresholds, kind });
