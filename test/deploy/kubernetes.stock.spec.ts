import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import {
  danglingReferences,
  type KubernetesObject,
  podsOf,
  violationsOf,
} from '../support/kubernetes/objects.js';
import {
  helmLint,
  helmTemplate,
  kustomize,
  kustomizeWith,
  parseObjects,
  type Tools,
} from '../support/kubernetes/render.js';
import { podmanObjects } from '../support/kubernetes/podman-pods.js';
import { typeErrors } from '../support/kubernetes/type-check.js';

const { KUBECTL_PATH, HELM_PATH } = process.env;
const describeWithTools = KUBECTL_PATH && HELM_PATH ? describe : describe.skip;
const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');

/** Every option of the chart that adds objects or parts of them. */
const EVERYTHING = {
  imagePullSecrets: [{ name: 'registry' }],
  ingestor: {
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'relay', operator: 'Exists' }],
    spool: { storageClass: 'fast' },
  },
  gatewayApi: { exports: { enabled: true }, media: { enabled: true } },
  autoscaling: { enabled: true },
  natsNkeys: { enabled: true },
  ingress: { enabled: true, className: 'haproxy', tlsSecret: 'certificate', annotations: { timeout: '1h' } },
  httpRoute: { enabled: true },
  monitoring: { enabled: true, labels: { release: 'prometheus' } },
  secrets: { DATABASE_URL: { name: 'relay-db-app', key: 'uri' } },
};
const KEDA = { autoscaling: { enabled: true, keda: true }, migration: { enabled: false } };

/** What differs between the two by design: names and labels of a release, the hash of the configuration, images' tags. */
function common(objects: readonly KubernetesObject[]): Map<string, object> {
  const plain = (text: string) =>
    text
      .replaceAll('"test-', '"')
      .replaceAll(/"app\.kubernetes\.io\/instance":"test",?/g, '')
      .replaceAll(/"imagePullPolicy":"IfNotPresent",/g, '')
      .replaceAll(/"relay-config-[a-z0-9]+"/g, '"relay-config"')
      .replaceAll(/"annotations":\{"checksum\/config":"[0-9a-f]+"\},?/g, '')
      .replaceAll(/"annotations":\{"helm[^}]+\},?/g, '')
      .replaceAll(/,\}/g, '}');
  return new Map(
    objects.map((object) => {
      const { metadata, ...rest } = JSON.parse(plain(JSON.stringify(sorted(object)))) as KubernetesObject;
      const labels = object.kind === 'ConfigMap' ? undefined : metadata.labels;
      return [`${object.kind}/${metadata.name}`, { ...rest, name: metadata.name, labels }];
    }),
  );
}

/** With keys in the same order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

describeWithTools('the manifests for Kubernetes', () => {
  const tools: Tools = { kubectl: KUBECTL_PATH!, helm: HELM_PATH! };
  const rendered = new Map<string, KubernetesObject[]>();
  const object = (of: string, name: string) =>
    rendered.get(of)!.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name)!;

  beforeAll(() => {
    const all = ['cloudnative-pg', 'exports', 'http-route', 'ingress', 'media', 'monitoring', 'nats-nkeys'];
    rendered.set('base', kustomize(tools, 'base'));
    rendered.set('dev', kustomize(tools, 'overlays/dev'));
    rendered.set('production', kustomize(tools, 'overlays/production'));
    rendered.set('components', kustomizeWith(tools, [...all, 'autoscaling']));
    rendered.set('keda', kustomizeWith(tools, ['autoscaling-keda']));
    rendered.set('roles', kustomizeWith(tools, ['postgres-roles']));
    rendered.set('chart with roles', helmTemplate(tools, { postgresRoles: { enabled: true } }));
    rendered.set('chart', helmTemplate(tools, {}));
    rendered.set('chart with everything', helmTemplate(tools, EVERYTHING));
    rendered.set('chart with KEDA', helmTemplate(tools, KEDA));
    const examples = ['k8s/secret.example.yaml', 'k8s/external-secret.example.yaml'];
    rendered.set(
      'examples',
      examples.flatMap((path) => parseObjects(read(path))),
    );
  }, 60_000);

  it('every rendered object has only keys and values that its type of the Kubernetes API knows', () => {
    const wrong = structuredClone(object('base', 'StatefulSet/ingestor'));
    (wrong.spec!.template as { spec: { containers: object[] } }).spec.containers[0] = {
      name: 'ingestor',
      imagePullPolicy: 'Sometimes',
    };
    const unknown = structuredClone(object('base', 'Deployment/projector'));
    (unknown.spec!.strategy as Record<string, unknown>).maxSurges = 1;
    const groups = [...rendered.values()];
    const errors = typeErrors([...groups, [wrong], [unknown]]);
    expect(errors.slice(0, groups.length).flat()).toEqual([]);
    expect(errors.at(-2)!.join()).toContain('Sometimes');
    expect(errors.at(-1)!.join()).toContain('maxSurges');
  }, 120_000);

  it('the chart and the kustomize base render the same objects', () => {
    const [base, chart] = [common(rendered.get('base')!), common(rendered.get('chart')!)];
    expect([...chart.keys()].sort()).toEqual([...base.keys()].sort());
    for (const [name, wanted] of base) expect(chart.get(name)).toEqual(wanted);
  });

  it('the options of the chart add what the components of kustomize add', () => {
    const kustomized = common(rendered.get('components')!);
    const chart = common(rendered.get('chart with everything')!);
    expect([...chart.keys()].sort()).toEqual([...kustomized.keys()].sort());
    for (const objects of [kustomized, chart]) {
      const pod = JSON.stringify(objects.get('Deployment/gateway-api'));
      for (const part of [
        '_INBOX_gateway-api',
        'EXPORTS_DIR',
        'discord-relay-exports',
        'MEDIA_DIR',
        'relay-db-app',
      ])
        expect(pod).toContain(part);
      expect(objects.get('Deployment/projector')).not.toHaveProperty('spec.replicas');
    }
    const scaled = ({ kind }: KubernetesObject) => kind === 'ScaledObject';
    expect(rendered.get('keda')!.filter(scaled)).toHaveLength(2);
    expect(rendered.get('chart with KEDA')!.filter(scaled)).toHaveLength(2);
  });

  it('each program has the DATABASE_URL of its own role of Postgres, with the component and with the chart', () => {
    const keysOf = (objects: readonly KubernetesObject[]) =>
      podsOf(objects).flatMap(({ container }) =>
        (container.env ?? [])
          .filter(({ name }) => name === 'DATABASE_URL')
          .map(({ valueFrom }) => [
            container.name,
            valueFrom!.secretKeyRef!.name,
            valueFrom!.secretKeyRef!.key,
          ]),
      );
    const own = [
      ['gateway-api', 'discord-relay', 'DATABASE_URL_GATEWAY'],
      ['migrate', 'discord-relay', 'DATABASE_URL_MIGRATOR'],
      ['projector', 'discord-relay', 'DATABASE_URL_PROJECTOR'],
    ];
    expect(keysOf(rendered.get('roles')!).sort()).toEqual(own);
    expect(keysOf(rendered.get('chart with roles')!).sort()).toEqual(own);
    expect(new Set(keysOf(rendered.get('base')!).map(([, , key]) => key))).toEqual(new Set(['DATABASE_URL']));
  });

  it('every pod complies with the restricted profile, and the check finds pods that do not', () => {
    const pods = [...rendered.values()].flatMap(podsOf);
    expect(pods.length).toBeGreaterThan(20);
    expect(pods.flatMap(violationsOf)).toEqual([]);
    const [pod] = podsOf([object('base', 'Deployment/projector')]);
    const { securityContext: _, ...spec } = { ...pod!.spec, hostNetwork: true };
    expect(violationsOf({ ...pod!, spec })).toEqual([
      'Deployment/projector: runAsNonRoot',
      'Deployment/projector: seccompProfile',
      'Deployment/projector: host namespaces',
    ]);
  });

  it('every object that is referred to exists, and every selector finds pods', () => {
    for (const [name, objects] of rendered)
      expect({ name, dangling: danglingReferences(objects) }).toEqual({ name, dangling: [] });
    const withoutAccounts = rendered.get('chart')!.filter(({ kind }) => kind !== 'ServiceAccount');
    expect(danglingReferences(withoutAccounts)).toHaveLength(3);
  });

  it('helm lint accepts the chart with its defaults and with every option', () => {
    for (const values of [{}, EVERYTHING, KEDA])
      expect(helmLint(tools, values)).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it.each([
    ['an unknown setting', { ingestor: { replica: 3 } }],
    ['an unknown environment key', { config: { LOG_LEVELS: 'info' } }],
    ['a secret in the configuration', { config: { DISCORD_TOKEN: 'token' } }],
    ['a key that the manifests set', { config: { PORT: '4000' } }],
    ['a number where the environment has texts', { config: { BACKFILL_LIMIT: 500 } }],
  ])('the schema of the chart rejects %s', (_, values) =>
    expect(() => helmTemplate(tools, values)).toThrow(/additional properties|got number, want string/i),
  );

  it('the time to drain is one setting: the grace periods follow it', () => {
    const pods = podsOf(helmTemplate(tools, { drainSeconds: 90 }));
    const drains = pods
      .filter(({ kind }) => kind !== 'Job')
      .map(({ spec, container }) => {
        const drain = container.env?.find(({ name }) => name === 'DRAIN_TIMEOUT_MS')?.value;
        const before = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
        return [drain, spec.terminationGracePeriodSeconds! - before];
      });
    expect(drains).toEqual([
      ['90000', 100],
      ['90000', 100],
      ['90000', 100],
    ]);
  });

  it('podman gets the pods of the overlay as they are rendered, but for the changes that are listed', () => {
    const dev = rendered.get('dev')!;
    const played = podmanObjects(dev);
    const changes = podsOf(dev).flatMap(({ owner, spec, labels }) => {
      const { metadata, spec: own } = played.pods.find(({ metadata: { name } }) =>
        owner.endsWith(`/${name}`),
      )!;
      expect(metadata.labels).toEqual(labels);
      return changedPaths(spec, own).map((path) => `${metadata.name}: ${path}`);
    });
    const inContainer = (name: string, ...paths: string[]) =>
      paths.map((path) => `${name}: containers.0.${path}`);
    expect(changes.sort()).toEqual(
      [
        ...['ingestor', 'projector', 'gateway-api', 'nats'].flatMap((name) =>
          inContainer(name, 'livenessProbe'),
        ),
        ...inContainer('gateway-api', 'volumeMounts.0.name'),
        ...inContainer('ingestor', 'volumeMounts.0.name'),
        ...inContainer('migrate', 'volumeMounts.0.name'),
        ...inContainer('postgres', 'volumeMounts.1.name', 'volumeMounts.2.name'),
        ...inContainer('projector', 'volumeMounts.0.name'),
        ...inContainer('simulator', 'volumeMounts.0.name'),
        ...podsOf(dev).map(({ container }) => `${container.name}: volumes.0.name`),
        ...podsOf(dev).flatMap(({ container: { name, ports } }) => (ports ? inContainer(name, 'ports') : [])),
        'ingestor: volumes.1',
        'nats: volumes.2',
        'postgres: volumes.1.name',
        'postgres: volumes.2',
      ].sort(),
    );
    const claims = played.claims.map(({ metadata }) => metadata!.name);
    expect(claims.sort()).toEqual(['ingestor-spool', 'nats-data', 'postgres-data']);
    expect(() => podmanObjects([{ ...dev[0]!, kind: 'CronJob' }])).toThrow('CronJob');
  });
});

/** Where two values differ, such as `volumes.0.name`. */
function changedPaths(before: unknown, after: unknown, path: readonly string[] = []): string[] {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return before === after ? [] : [path.join('.')];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    changedPaths((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key], [
      ...path,
      key,
    ]),
  );
}
