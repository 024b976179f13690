import { format } from 'prettier';

interface Metric {
  name: string;
  type: string;
  help: string;
}

/** The product's own metrics in a Prometheus exposition. */
export function ownMetrics(exposition: string): Metric[] {
  const types = new Map(
    [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]),
  );
  return [...exposition.matchAll(/^# HELP (relay_\S+) (.*)$/gm)]
    .map(([, name, help]) => ({ name: name!, type: types.get(name!) ?? 'untyped', help: help! }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** docs/metrics.md as the running services would write it. */
export function metricsPage(services: ReadonlyMap<string, string>): Promise<string> {
  const sections = [...services].map(([service, exposition]) => {
    const rows = ownMetrics(exposition).map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`);
    return [`## ${service}`, '', '| Metric | Type | Meaning |', '| --- | --- | --- |', ...rows, ''].join(
      '\n',
    );
  });
  const page = [
    '# Metrics',
    '',
    '<!-- Written from the running services: UPDATE_DOCS=1 npm test -- test/e2e/metrics -->',
    '',
    'Every service serves these at `/metrics` in the Prometheus format, beside the usual figures of a Node.js process',
    '(`process_*`, `nodejs_*`). All carry the label `service`.',
    '',
    ...sections,
  ].join('\n');
  return format(page, { parser: 'markdown' });
}

/** The number of values in a histogram of a running service, over all its labels. */
export async function histogramCount(url: string, name: string): Promise<number> {
  const exposition = await (await fetch(`${url}/metrics`)).text();
  const counts = [...exposition.matchAll(new RegExp(`^${name}_count(?:\\{.*\\})? (\\d+)$`, 'gm'))];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
