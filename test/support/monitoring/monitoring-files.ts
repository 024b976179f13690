import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { parse } from 'yaml';
import { groupingsIn, selectorsIn } from './promql.js';

export const MONITORING = 'deploy/monitoring';

export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface RuleGroup {
  name: string;
  interval?: string;
  rules: Rule[];
}

export const readText = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
export const filesIn = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder))
    .sort()
    .map((name) => `${folder}/${name}`);

export const ruleFiles = (): string[] => filesIn(`${MONITORING}/prometheus/rules`);
export const ruleGroups = (): RuleGroup[] =>
  ruleFiles().flatMap((file) => (parse(readText(file)) as { groups: RuleGroup[] }).groups);
export const rules = (): Rule[] => ruleGroups().flatMap((group) => group.rules);

/** Labels that Prometheus or its targets add. */
const ADDED = ['job', 'instance', 'namespace', 'service'];
const HISTOGRAM_SERIES = /_(?:bucket|count|sum)$/;

/** The names in an expression that a catalogue of metrics with their labels does not know. */
export function unknownNames(
  expression: string,
  catalogue: ReadonlyMap<string, readonly string[]>,
): string[] {
  const used = selectorsIn(expression).map((selector) => {
    const labels =
      catalogue.get(selector.metric) ?? catalogue.get(selector.metric.replace(HISTOGRAM_SERIES, ''));
    return { ...selector, known: labels && [...labels, ...ADDED, 'le'] };
  });
  const metrics = used.filter(({ known }) => !known).map(({ metric }) => metric);
  const matched = used.flatMap(({ metric, labels, known = labels }) =>
    labels.filter((label) => !known.includes(label)).map((label) => `${metric}{${label}}`),
  );
  const all = new Set(used.flatMap(({ known = [] }) => known));
  const grouped = groupingsIn(expression).filter((label) => !all.has(label));
  return [...metrics, ...matched, ...grouped];
}
