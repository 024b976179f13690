import type {
  IContainer,
  IEnvVar,
  IPodSecurityContext,
  IPodSpec,
  IPodTemplateSpec,
  ISecurityContext,
  IVolume,
  IVolumeMount,
} from 'kubernetes-models/v1';
import { type Program, REQUIRED_SECRETS, ROLE_KEYS, type Service, type ServiceKeys } from './keys.js';
import { type Source, valuesKey } from './source.js';

const HTTP_PORT = 3000;
const SPOOL = '/var/lib/relay/spool';
const FILES = '/var/lib/relay';
const SEEDS = '/etc/relay/nats';
/** Seconds between the end of a drain and the moment at which Kubernetes kills the pod. */
const AFTER_DRAIN_S = 10;
/** Proxies need some seconds to learn that a pod stops; until then it accepts connections. */
const PRE_STOP_S = 5;

/** What an option adds to a pod. */
export interface PodPart {
  env?: IEnvVar[];
  mounts?: IVolumeMount[];
  volumes?: IVolume[];
}

export const labelsOf = (program: string) => ({
  'app.kubernetes.io/name': program,
  'app.kubernetes.io/part-of': 'discord-relay',
});

/** Labels by which a workload, a Service or a policy selects the pods of a program. */
export const selectorOf = (s: Source, program: string) => ({
  'app.kubernetes.io/name': program,
  ...s.instanceLabels,
});

/** A NATS user for the service: nats/accounts.conf. */
export const nkeyPart = (s: Source, service: Service): PodPart => ({
  env: [
    { name: 'NATS_NKEY_SEED_FILE', value: `${SEEDS}/${service}` },
    { name: 'NATS_INBOX_PREFIX', value: `_INBOX_${service}` },
  ],
  mounts: [{ name: 'nats-seed', mountPath: SEEDS, readOnly: true }],
  volumes: [
    {
      name: 'nats-seed',
      secret: {
        secretName: s.text('natsNkeys.secret'),
        // 0440: the pod's group may read it.
        defaultMode: 288,
        items: [{ key: service, path: service }],
      },
    },
  ],
});

/** Files that all pods of gateway-api share: of exports over HTTP, or those that imports have kept. */
export const SHARED_FILES = { exports: 'EXPORTS_DIR', media: 'MEDIA_DIR' } as const;
export type SharedFiles = keyof typeof SHARED_FILES;

export const filesPart = (s: Source, name: SharedFiles): PodPart => ({
  env: [{ name: SHARED_FILES[name], value: `${FILES}/${name}` }],
  mounts: [{ name, mountPath: `${FILES}/${name}` }],
  volumes: [{ name, persistentVolumeClaim: { claimName: s.text(`gatewayApi.${name}.claim`) } }],
});

function secretEnv(s: Source, keys: ServiceKeys, program: Program): IEnvVar[] {
  return keys.secretsOf(program).map((key) => ({
    name: key,
    valueFrom: {
      secretKeyRef: {
        ...s.secret(key, key === 'DATABASE_URL' ? ROLE_KEYS[program] : undefined),
        ...(!REQUIRED_SECRETS.has(key) && { optional: true }),
      },
    },
  }));
}

const instanceEnv: IEnvVar = {
  name: 'INSTANCE_ID',
  valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
};

/** The profile `restricted` of the Pod Security Standards. */
export const restrictedContainer: ISecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
export const restrictedPod = (user: number): IPodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

/**
 * Live means that the process answers: only a restart could help otherwise. Ready means that it can work, so a NATS or Postgres
 * that is away restarts nothing. A start includes no migration of a large database: the Job has done it.
 */
const probes = {
  startupProbe: { httpGet: { path: '/api/live', port: 'http' }, periodSeconds: 2, failureThreshold: 30 },
  livenessProbe: {
    httpGet: { path: '/api/live', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  readinessProbe: {
    httpGet: { path: '/api/ready', port: 'http' },
    periodSeconds: 5,
    timeoutSeconds: 3,
    failureThreshold: 2,
  },
} satisfies Partial<IContainer>;

function serviceContainer(s: Source, keys: ServiceKeys, service: Service, part: PodPart): IContainer {
  return {
    name: service,
    image: s.image(service),
    ...(s.kind === 'helm' && { imagePullPolicy: s.text('image.pullPolicy') as 'Always' }),
    env: [
      instanceEnv,
      { name: 'PORT', value: String(HTTP_PORT) },
      { name: 'DRAIN_TIMEOUT_MS', value: s.milliseconds('drainSeconds') },
      ...secretEnv(s, keys, service),
      ...(part.env ?? []),
    ],
    envFrom: [{ configMapRef: { name: s.name('relay-config') } }],
    ports: [{ name: 'http', containerPort: HTTP_PORT }],
    ...(service === 'gateway-api' && { lifecycle: { preStop: { sleep: { seconds: PRE_STOP_S } } } }),
    ...probes,
    resources: s.block(`${valuesKey(service)}.resources`),
    securityContext: restrictedContainer,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...(part.mounts ?? [])],
  };
}

/** Nodes and zones get about the same number of pods; a cluster with one node still runs all. */
const spread = (s: Source, program: string): IPodSpec['topologySpreadConstraints'] =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(s, program) },
  }));

/** The options of a service, each present if its setting is on. */
function options(s: Source, service: Service): PodPart {
  const nkeys = nkeyPart(s, service);
  const files = <K extends keyof PodPart>(name: SharedFiles, key: K): unknown[] =>
    s.items<unknown>(`gatewayApi.${name}.enabled`, filesPart(s, name)[key]!);
  const all = <K extends keyof PodPart>(key: K): NonNullable<PodPart[K]> =>
    [
      ...s.items<unknown>('natsNkeys.enabled', nkeys[key]!),
      ...(service === 'gateway-api' ? [...files('exports', key), ...files('media', key)] : []),
      ...(service === 'ingestor' ? (spoolPart[key] ?? []) : []),
    ] as NonNullable<PodPart[K]>;
  return { env: all('env'), mounts: all('mounts'), volumes: all('volumes') };
}

/** The volume comes from a claim template. File systems of volumes have folders of their own, such as `lost+found`. */
const spoolPart: PodPart = {
  env: [{ name: 'SPOOL_DIR', value: `${SPOOL}/events` }],
  mounts: [{ name: 'spool', mountPath: SPOOL }],
};

/** The pods of a service. */
export function servicePod(s: Source, keys: ServiceKeys, service: Service): IPodTemplateSpec {
  const part = options(s, service);
  const grace = AFTER_DRAIN_S + (service === 'gateway-api' ? PRE_STOP_S : 0);
  const key = valuesKey(service);
  return {
    metadata: {
      labels: { ...labelsOf(service), ...s.instanceLabels },
      ...(s.configChecksum && { annotations: s.configChecksum }),
    },
    spec: {
      serviceAccountName: s.name(service),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // After the drain, so that a pod is never killed in the middle of it.
      terminationGracePeriodSeconds: s.sum('drainSeconds', grace),
      securityContext: restrictedPod(1000),
      topologySpreadConstraints: spread(s, service),
      ...s.keys('imagePullSecrets', { imagePullSecrets: s.block('imagePullSecrets') }),
      ...s.keys(`${key}.nodeSelector`, { nodeSelector: s.block(`${key}.nodeSelector`) }),
      ...s.keys(`${key}.tolerations`, { tolerations: s.block(`${key}.tolerations`) }),
      containers: [serviceContainer(s, keys, service, part)],
      volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }, ...(part.volumes ?? [])],
    },
  };
}

/** The pod that migrates the database. Several at once take turns. */
export function migrationPod(s: Source, keys: ServiceKeys): IPodTemplateSpec {
  return {
    metadata: { labels: { ...labelsOf('migrate'), ...s.instanceLabels } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'OnFailure',
      securityContext: restrictedPod(1000),
      ...s.keys('imagePullSecrets', { imagePullSecrets: s.block('imagePullSecrets') }),
      containers: [
        {
          name: 'migrate',
          image: s.image('migrate'),
          ...(s.kind === 'helm' && { imagePullPolicy: s.text('image.pullPolicy') as 'Always' }),
          env: [instanceEnv, { name: 'NODE_ENV', value: 'production' }, ...secretEnv(s, keys, 'migrate')],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          securityContext: restrictedContainer,
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
    },
  };
}

/** What kustomize merges into a workload for an option that the base does not have. */
export const podPatch = (kind: 'Deployment' | 'StatefulSet', service: Service, part: PodPart) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: service },
  spec: {
    template: {
      spec: {
        containers: [{ name: service, env: part.env, volumeMounts: part.mounts }],
        volumes: part.volumes,
      },
    },
  },
});
