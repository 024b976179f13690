import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { format } from 'prettier';
import { DASHBOARDS, grafanaDashboard, type Unit } from '../../tools/monitoring/src/index.js';
import { metricsCatalogue } from '../support/monitoring/metrics-catalogue.js';
import { filesIn, MONITORING, unknownNames } from '../support/monitoring/monitoring-files.js';
import { selectorsIn } from '../support/monitoring/promql.js';

const FOLDER = `${MONITORING}/grafana/dashboards`;

interface GrafanaPanel {
  title: string;
  fieldConfig: {
    defaults: { unit: string; thresholds: { steps: { value: number | null; color: string }[] } };
  };
}

describe('the dashboards for Grafana', () => {
  /** UPDATE_DOCS=1 npm test -- test/deploy/dashboards.spec.ts */
  it.each(DASHBOARDS.map((each) => [each.uid, each] as const))(
    '%s.json is what tools/monitoring generates',
    async (uid, dashboard) => {
      const file = join(repositoryRoot, FOLDER, `${uid}.json`);
      const json = JSON.stringify(grafanaDashboard(dashboard));
      const text = await format(json, { parser: 'json', printWidth: 110 });
      if (process.env.UPDATE_DOCS) writeFileSync(file, text);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('the folder has no other dashboards', () =>
    expect(filesIn(FOLDER)).toEqual(DASHBOARDS.map(({ uid }) => `${FOLDER}/${uid}.json`).sort()));

  it('the dashboards query only metrics and labels that exist', () => {
    const catalogue = new Map([...metricsCatalogue(), ['up', []] as const]);
    const queries = DASHBOARDS.filter(({ source }) => source === 'prometheus')
      .flatMap(({ panels }) => panels)
      .flatMap((panel) => panel.queries.map(({ text }) => text));
    expect(queries.flatMap((query) => unknownNames(query, catalogue))).toEqual([]);
  });

  it.each(DASHBOARDS.map((each) => [each.uid, each] as const))(
    '%s gives every panel a title of its own, a unit, and thresholds that go the way they say',
    (_, dashboard) => {
      const { panels } = grafanaDashboard(dashboard) as { panels: GrafanaPanel[] };
      const titles = panels.map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      for (const [i, { fieldConfig }] of panels.entries()) {
        const { thresholds } = dashboard.panels[i]!;
        expect(fieldConfig.defaults.unit).toMatch(/^(?:s|ops|short|percentunit|bytes|none)$/);
        const colours = 'any' === thresholds ? ['green'] : ['green', 'orange', 'red'];
        const isBelow = thresholds !== 'any' && 'below' in thresholds;
        const { steps } = fieldConfig.defaults.thresholds;
        expect(steps.map(({ color }) => color)).toEqual(isBelow ? colours.reverse() : colours);
        const values = steps.slice(1).map(({ value }) => value!);
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
    },
  );

  it('the unit of a panel of Prometheus is that of its metric', () => {
    const panels = DASHBOARDS.filter(({ source }) => source === 'prometheus').flatMap(({ panels }) => panels);
    const wrong = panels.flatMap(({ title, unit, queries }) =>
      queries.filter(({ text }) => unitOf(text) !== unit).map(({ text }) => `${title}: ${unit}, ${text}`),
    );
    expect(wrong).toEqual([]);
  });
});

/** The unit that names of metrics, and the functions around them, lead to. Sequences are not abbreviated. */
function unitOf(query: string): Unit {
  const [first] = selectorsIn(query).map(({ metric }) => metric);
  if (/_seq$/.test(first!)) return 'none';
  if (/_bytes$/.test(first!)) return 'bytes';
  if (/\/ sum\(rate\(/.test(query)) return 'short';
  if (query.startsWith('histogram_quantile')) return 's';
  if (query.includes('increase(')) return 'short';
  // Seconds of CPU time in a second.
  if (query.includes('rate(')) return /_seconds_total$/.test(first!) ? 'percentunit' : 'ops';
  return /_seconds$/.test(first!) ? 's' : 'short';
}
