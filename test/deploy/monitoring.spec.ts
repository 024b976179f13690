import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { parse } from 'yaml';
import { buildProgram } from '../../apps/cli/src/program.js';
import { metricsCatalogue } from '../support/monitoring/metrics-catalogue.js';
import {
  filesIn,
  MONITORING,
  readText,
  rules,
  unknownNames,
} from '../support/monitoring/monitoring-files.js';

interface TestFile {
  tests: { promql_expr_test: { expr: string; exp_samples: unknown[] }[] }[];
}

const RUNBOOKS = 'docs/runbooks';
const alerts = rules().filter(({ alert }) => alert !== undefined);
/** The metrics of the services, of Prometheus itself, and those that rules record. */
const catalogue = new Map([
  ...metricsCatalogue(),
  ['up', []] as const,
  ...rules().flatMap(({ record }) => (record ? [[record, []] as const] : [])),
]);

describe('the rules for Prometheus', () => {
  it('the rules for Prometheus name only metrics and labels that the services have', () =>
    expect(rules().flatMap(({ expr }) => unknownNames(expr, catalogue))).toEqual([]));

  it.each(alerts.map((each) => [`${each.alert} (${each.labels?.severity})`, each] as const))(
    'the alert %s has a severity, a summary and a runbook',
    (_, { alert, labels, annotations }) => {
      expect(['page', 'ticket']).toContain(labels?.severity);
      expect(annotations?.summary).toMatch(/\w.*\.$/);
      expect(annotations?.runbook_url).toBe(`${RUNBOOKS}/${alert}.md`);
      expect(existsSync(join(repositoryRoot, annotations!.runbook_url!))).toBe(true);
    },
  );

  it('there is no runbook without an alert', () => {
    const names = filesIn(RUNBOOKS).map((file) => file.slice(RUNBOOKS.length + 1, -'.md'.length));
    expect(names).toEqual([...new Set(alerts.map(({ alert }) => alert!))].sort());
  });

  it('promtool tests of every alert and severity expect that it fires, and that it does not', () => {
    const expectations = filesIn(`${MONITORING}/prometheus/tests`)
      .flatMap((file) => (parse(readText(file)) as TestFile).tests)
      .flatMap(({ promql_expr_test: tests }) => tests)
      .map(({ expr, exp_samples: samples }) => `${expr} ${samples.length > 0 ? 'fires' : 'quiet'}`);
    const expected = alerts.flatMap(({ alert, labels }) => {
      const firing = `count(ALERTS{alertstate="firing",alertname="${alert}",severity="${labels!.severity}"})`;
      return [`${firing} fires`, `${firing} quiet`];
    });
    expect(expected.filter((each) => !expectations.includes(each))).toEqual([]);
  });
});

/** The code of a page in this language. */
const snippets = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, code]) => code!);

describe('the runbooks', () => {
  const pages = filesIn(RUNBOOKS).map((file) => [file, readText(file)] as const);
  const program = buildProgram(
    () => {
      throw new Error('no command runs here');
    },
    { out: () => undefined, fail: () => undefined },
  );
  const commands = new Set(
    program.commands.flatMap((command) => [
      command.name(),
      ...command.commands.map((each) => `${command.name()} ${each.name()}`),
    ]),
  );

  it.each(pages)('the runbook %s has every section', (_, page) =>
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      'What it means',
      'How to confirm',
      'How to fix it',
      'What not to do',
    ]),
  );

  it.each(pages)('the runbook %s queries only metrics that exist', (_, page) => {
    const queries = snippets(page, 'promql').flatMap((code) => code.trim().split('\n'));
    const named = [...page.matchAll(/`(relay[_:][^`]*)`/g)].map(([, query]) => query!);
    expect([...queries, ...named].flatMap((query) => unknownNames(query, catalogue))).toEqual([]);
    expect(queries.length).toBeGreaterThan(0);
  });

  it.each(pages)('the runbook %s names only commands that `relay` has', (_, page) => {
    const lines = snippets(page, 'sh').flatMap((code) => code.split('\n'));
    const inline = [...page.matchAll(/`(relay [^`]*)`/g)].map(([, command]) => command!);
    const used = [...lines, ...inline].filter((line) => line.startsWith('relay '));
    const known = (line: string) => {
      const [, first, second] = line.split(' ');
      return commands.has(`${first} ${second}`) || (commands.has(first!) && !isGroup(first!));
    };
    expect(used.filter((line) => !known(line))).toEqual([]);
  });

  const isGroup = (name: string) =>
    (program.commands.find((command) => command.name() === name)?.commands.length ?? 0) > 0;
});
