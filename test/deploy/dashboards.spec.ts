import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { format } from 'prettier';
import { DASHBOARDS, grafanaDashboard } from '../../tools/monitoring/src/index.js';
import { metricsCatalogue } from '../support/monitoring/metrics-catalogue.js';
import { filesIn, MONITORING, unknownNames } from '../support/monitoring/monitoring-files.js';

const FOLDER = `${MONITORING}/grafana/dashboards`;

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

  it('the dashboards for Grafana give every panel a title of its own and a unit, and thresholds that rise', () => {
    for (const { panels } of DASHBOARDS) {
      const titles = panels.map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      expect(panels.filter(({ unit }) => unit === '')).toEqual([]);
      const falling = panels.filter(({ thresholds }) => thresholds && thresholds[0] > thresholds[1]);
      expect(falling).toEqual([]);
    }
  });
});
