import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { parse, stringify } from 'yaml';
import { format } from 'prettier';
import { DASHBOARDS, grafanaDashboard } from '../../tools/monitoring/src/index.js';
import { MONITORING, readText, ruleGroups } from '../support/monitoring/monitoring-files.js';

const SERVICES = ['gateway-api', 'ingestor', 'projector'];
const COMPONENT = 'k8s/components/monitoring';
const yaml = <T>(path: string): T => parse(readText(path)) as T;

interface Compose {
  services: Record<string, { profiles?: string[]; volumes?: string[] }>;
}

describe('docker compose --profile monitoring', () => {
  const { services } = yaml<Compose>('docker-compose.yml');
  const monitoring = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('monitoring'));

  it('`docker compose --profile monitoring` starts Prometheus, Grafana and a collector, and only with the profile', () =>
    expect(monitoring.map(([name]) => name).sort()).toEqual(['grafana', 'otel-collector', 'prometheus']));

  it('`docker compose --profile monitoring` mounts only files that exist', () => {
    const mounts = monitoring
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((each) => each.startsWith('./'));
    expect(mounts.length).toBeGreaterThan(4);
    expect(mounts.filter((each) => !existsSync(join(repositoryRoot, each.split(':')[0]!)))).toEqual([]);
  });

  it('`docker compose --profile monitoring` scrapes every service under the job names that the alerts expect', () => {
    const { scrape_configs: jobs } = yaml<{
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    }>(`${MONITORING}/prometheus/prometheus.yaml`);
    expect(jobs.map(({ job_name: name }) => name).sort()).toEqual(SERVICES);
    for (const { job_name: name, static_configs: configs } of jobs)
      expect(configs).toEqual([{ targets: [`${name}:3000`] }]);
  });

  it('`docker compose --profile monitoring` gives Grafana the data sources that the dashboards name', () => {
    const { datasources } = yaml<{ datasources: { uid: string }[] }>(
      `${MONITORING}/grafana/provisioning/datasources/relay.yaml`,
    );
    const used = JSON.stringify(DASHBOARDS.map(grafanaDashboard)).matchAll(
      /"uid":"(relay-(?:prometheus|postgres))"/g,
    );
    expect(datasources.map(({ uid }) => uid).sort()).toEqual(
      [...new Set([...used].map(([, uid]) => uid!))].sort(),
    );
  });
});

describe('k8s/components/monitoring', () => {
  it('every file that k8s/components/monitoring names exists', () => {
    const { kind, resources } = yaml<{ kind: string; resources: string[] }>(
      `${COMPONENT}/kustomization.yaml`,
    );
    expect(kind).toBe('Component');
    expect(resources.filter((file) => !existsSync(join(repositoryRoot, COMPONENT, file)))).toEqual([]);
  });

  it('k8s/components/monitoring scrapes the pods of every service under the job names that the alerts expect', () => {
    const { spec } = yaml<{
      spec: { jobLabel: string; selector: { matchExpressions: { values: string[] }[] } };
    }>(`${COMPONENT}/pod-monitor.yaml`);
    expect(spec.jobLabel).toBe('app.kubernetes.io/name');
    expect([...spec.selector.matchExpressions[0]!.values].sort()).toEqual(SERVICES);
    for (const name of SERVICES)
      expect(readText(`k8s/base/${name}.yaml`)).toContain('{ name: http, containerPort: 3000 }');
  });

  /** UPDATE_DOCS=1 npm test -- test/deploy/monitoring-files.spec.ts */
  it('k8s/components/monitoring has the rules of deploy/monitoring', async () => {
    const file = join(repositoryRoot, COMPONENT, 'prometheus-rule.yaml');
    const rule = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'discord-relay', labels: { 'app.kubernetes.io/part-of': 'discord-relay' } },
      spec: { groups: ruleGroups() },
    };
    const body = stringify(rule, { aliasDuplicateObjects: false, lineWidth: 0 });
    const text = await format(`# Generated from ${MONITORING}/prometheus/rules.\n${body}`, {
      parser: 'yaml',
      printWidth: 110,
      singleQuote: true,
    });
    if (process.env.UPDATE_DOCS) writeFileSync(file, text);
    expect(readText(`${COMPONENT}/prometheus-rule.yaml`)).toBe(text);
  });
});
