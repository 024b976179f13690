import { format } from 'prettier';

interface Metric {
  name: string;
  type: string;
  help: string;
}

/** The product's own metrics in a Prometheus exposition. */
function ownMetrics(exposition: string): Metric[] {
  const types = new Map(
    [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]),
  );
  return [...exposition.matchAll(/^# HELP (relay_\S+) (.*)$/gm)]
    .map(([, name, help]) => ({ name: name!, type: types.get(name!) ?? 'untyped', help: help! }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** docs/metrics.md as the running services would write it; `labels` by the metric's name. */
export function metricsPage(
  services: ReadonlyMap<string, string>,
  labels: ReadonlyMap<string, readonly string[]>,
): Promise<string> {
  const sections = [...services].map(([service, exposition]) => {
    const labelsOf = (name: string) => labels.get(name)!.map((label) => `\`${label}\``);
    const rows = ownMetrics(exposition).map(
      ({ name, type, help }) => `| \`${name}\` | ${type} | ${labelsOf(name).join(', ')} | ${help} |`,
    );
    const head = ['| Metric | Type | Labels | Meaning |', '| --- | --- | --- | --- |'];
    return [`## ${service}`, '', ...head, ...rows, ''].join('\n');
  });
  const page = [
    '# Metrics',
    '',
    '<!-- Written from the running services: UPDATE_DOCS=1 npm test -- test/e2e/metrics -->',
    '',
    'Every service serves these at `/metrics` in the Prometheus format, beside the usual figures of a Node.js process',
    '(`process_*`, `nodejs_*`). All carry the label `service`; no label has ids of guilds, channels or users.',
    '[Monitoring](monitoring.md) has alerts and dashboards for them.',
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
