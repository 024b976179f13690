import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { parse } from 'yaml';
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
      expect(readText(`k8s/base/${name}.yaml`)).toMatch(/- name: http\n\s+containerPort: 3000\n/);
  });

  it('k8s/components/monitoring and the chart have the rules of deploy/monitoring', () => {
    const { spec } = yaml<{ spec: { groups: unknown } }>(`${COMPONENT}/prometheus-rule.yaml`);
    expect(spec.groups).toEqual(ruleGroups());
    expect(yaml('charts/discord-relay/files/rules.yaml')).toEqual(ruleGroups());
  });
});
