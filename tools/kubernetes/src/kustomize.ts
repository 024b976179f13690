import type { IExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import type { INamespace } from 'kubernetes-models/v1';
import { components } from './components.js';
import { DEV_SECRETS, devServers, NATS_CONF, SIMULATOR_PORT } from './dev-servers.js';
import { CONFIGURED, SECRET_KEYS, type Service, type ServiceKeys, SERVICES, WHY } from './keys.js';
import { type Files, GENERATED, kustomization } from './kustomization.js';
import type { RuleGroups } from './monitoring.js';
import { networkPolicy } from './network.js';
import { labelsOf } from './pods.js';
import { plainSource, type Source } from './source.js';
import type { Values } from './values.js';
import {
  disruptionBudget,
  gatewayApi,
  ingestor,
  migration,
  projector,
  service,
  serviceAccount,
} from './workloads.js';
import { toYaml } from './yaml.js';

export interface Facts {
  /** The version of the relay, which is the tag of its images. */
  version: string;
  keys: ServiceKeys;
  /** The rules of deploy/monitoring. */
  rules: RuleGroups;
}

const PROGRAMS = [...SERVICES, 'migrate'] as const;

/** A file for kustomize's generator of ConfigMaps. */
const configFile = (): string =>
  Object.entries(CONFIGURED)
    .map(([key, value]) => `${WHY[key] && `# ${WHY[key]}\n`}${key}=${value}\n`)
    .join('');

function base(s: Source, { keys, version }: Facts): Files {
  const workloads = { ingestor, projector, 'gateway-api': gatewayApi };
  const file = (program: Service): [string, string] => [
    `${program}.yaml`,
    toYaml(
      [
        serviceAccount(s, program),
        workloads[program](s, keys),
        ...(program === 'projector' ? [] : [service(s, program)]),
        disruptionBudget(s, program),
        networkPolicy(s, program),
      ],
      GENERATED,
    ),
  ];
  return {
    ...Object.fromEntries(SERVICES.map(file)),
    'migrate.yaml': toYaml([migration(s, keys), networkPolicy(s, 'migrate')], GENERATED),
    'config.env': `# ${GENERATED}\n# Any key of docs/environment.md may be added in an overlay, except secrets.\n${configFile()}`,
    'kustomization.yaml': kustomization(
      'Kustomization',
      {
        resources: PROGRAMS.map((program) => `${program}.yaml`),
        configMapGenerator: [{ name: 'relay-config', envs: ['config.env'] }],
        images: PROGRAMS.map((program) => ({ name: `discord-relay-${program}`, newTag: version })),
      },
      'NATS, Postgres and the Secret `discord-relay` (k8s/secret.example.yaml) are not in it: see the overlays.',
    ),
  };
}

const namespace = (name: string): INamespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: {
      ...labelsOf('discord-relay'),
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
});

const merged = (literals: Record<string, string>) => ({
  name: 'relay-config',
  behavior: 'merge',
  literals: Object.entries(literals).map(([key, value]) => `${key}=${value}`),
});

function dev(version: string): Files {
  const servers = devServers();
  const config = {
    NODE_ENV: 'development',
    STREAM_REPLICAS: '1',
    RECORD_MEMBERS: 'true',
    DISCORD_API_URL: `http://simulator:${SIMULATOR_PORT}/api`,
  };
  return {
    ...Object.fromEntries(Object.entries(servers).map(([file, all]) => [file, toYaml(all, GENERATED)])),
    'namespace.yaml': toYaml([namespace('discord-relay-dev')], GENERATED),
    'nats.conf': NATS_CONF,
    'kustomization.yaml': kustomization(
      'Kustomization',
      {
        namespace: 'discord-relay-dev',
        resources: ['namespace.yaml', '../../base', ...Object.keys(servers)],
        configMapGenerator: [merged(config), { name: 'nats', files: ['nats.conf'] }],
        secretGenerator: [
          {
            name: 'discord-relay',
            literals: Object.entries(DEV_SECRETS).map(([key, value]) => `${key}=${value}`),
          },
        ],
        replicas: SERVICES.map((name) => ({ name, count: 1 })),
        images: [{ name: 'discord-relay-simulator', newTag: version }],
      },
      'Everything on one node, with one NATS, one Postgres and a local Discord: for development.',
    ),
  };
}

function production(): Files {
  return {
    'namespace.yaml': toYaml([namespace('discord-relay')], GENERATED),
    'kustomization.yaml': kustomization(
      'Kustomization',
      {
        namespace: 'discord-relay',
        resources: ['namespace.yaml', '../../base'],
        configMapGenerator: [
          merged({ NATS_URL: 'nats://nats.nats.svc:4222', PUBLIC_URL: 'https://relay.example.com' }),
        ],
      },
      'An example: your NATS cluster of three servers, any Postgres, and the Secret `discord-relay`. Copy it and add what you ' +
        'use\n# of ../../components; docs/kubernetes.md.',
    ),
  };
}

const externalSecret = (): IExternalSecret => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'discord-relay' },
  spec: {
    refreshInterval: '1h',
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'secrets' },
    target: { name: 'discord-relay' },
    data: SECRET_KEYS.filter((key) => key !== 'NATS_URL').map((secretKey) => ({
      secretKey,
      remoteRef: { key: 'discord-relay', property: secretKey },
    })),
  },
});

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

/** Everything below k8s/ that is generated, by path. */
export function kustomizeFiles(values: Values, facts: Facts): Files {
  const s = plainSource(values);
  return {
    ...below('k8s/base', base(s, facts)),
    ...below('k8s/overlays/dev', dev(facts.version)),
    ...below('k8s/overlays/production', production()),
    ...Object.assign(
      {},
      ...Object.entries(components(s, facts.rules)).map(([name, files]) =>
        below(`k8s/components/${name}`, files),
      ),
    ),
    'k8s/external-secret.example.yaml': toYaml(
      [externalSecret()],
      'An example for the External Secrets Operator: makes the Secret `discord-relay` from your store.',
    ),
  };
}
