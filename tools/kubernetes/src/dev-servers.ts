import type { IDeployment, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IContainer, IPodSpec, IService } from 'kubernetes-models/v1';
import { SERVICES } from './keys.js';
import { labelsOf, restrictedContainer, restrictedPod } from './pods.js';

/** The passwords of a cluster for development, which nobody else can reach. */
export const DEV_SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgresql://relay:relay@postgres:5432/relay',
  DISCORD_TOKEN: 'local-token',
  JWT_SECRET: 'only-for-development-and-not-secret',
};
export const NATS_CONF = `# What is acknowledged reaches the disk within a second, even on one server.
port: 4222
http_port: 8222
jetstream {
  store_dir: /data
  sync_interval: 1s
}
`;
export const SIMULATOR_PORT = 8787;

interface Server {
  name: string;
  user: number;
  port: number;
  container: Omit<IContainer, 'name' | 'securityContext' | 'ports'>;
  volumes?: IPodSpec['volumes'];
}

const pod = ({ name, user, port, container, volumes = [] }: Server): IPodSpec => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: restrictedPod(user),
  containers: [
    { name, ports: [{ name, containerPort: port }], securityContext: restrictedContainer, ...container },
  ],
  volumes: [{ name: 'tmp', emptyDir: {} }, ...volumes],
});

const statefulSet = (server: Server, size: string): IStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: server.name, labels: labelsOf(server.name) },
  spec: {
    serviceName: server.name,
    replicas: 1,
    selector: { matchLabels: { 'app.kubernetes.io/name': server.name } },
    template: { metadata: { labels: labelsOf(server.name) }, spec: pod(server) },
    volumeClaimTemplates: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
      },
    ],
  },
});

const deployment = (server: Server): IDeployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: server.name, labels: labelsOf(server.name) },
  spec: {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: { 'app.kubernetes.io/name': server.name } },
    template: { metadata: { labels: labelsOf(server.name) }, spec: pod(server) },
  },
});

const service = ({ name, port }: Server): IService => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: labelsOf(name) },
  spec: {
    ipFamilyPolicy: 'PreferDualStack',
    selector: { 'app.kubernetes.io/name': name },
    ports: [{ name, port, targetPort: name }],
  },
});

const onlyFrom = ({ name, port }: Server, programs: readonly string[]): INetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, labels: labelsOf(name) },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          {
            podSelector: {
              matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: [...programs] }],
            },
          },
        ],
        ports: [{ protocol: 'TCP', port }],
      },
    ],
    egress: [],
  },
});

const nats: Server = {
  name: 'nats',
  user: 1000,
  port: 4222,
  container: {
    image: 'docker.io/library/nats:2.15-alpine',
    args: ['-c', '/etc/nats/nats.conf'],
    readinessProbe: { httpGet: { path: '/healthz?js-enabled-only=true', port: 8222 }, periodSeconds: 2 },
    livenessProbe: { httpGet: { path: '/healthz?js-server-only=true', port: 8222 }, failureThreshold: 6 },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'config', mountPath: '/etc/nats' },
    ],
  },
  volumes: [{ name: 'config', configMap: { name: 'nats' } }],
};

const IS_READY = ['pg_isready', '-h', '127.0.0.1', '-U', 'relay', '-d', 'relay'];

const postgres: Server = {
  name: 'postgres',
  // The user of the image.
  user: 70,
  port: 5432,
  container: {
    image: 'docker.io/library/postgres:18-alpine',
    env: ['USER', 'PASSWORD', 'DB'].map((key) => ({ name: `POSTGRES_${key}`, value: 'relay' })),
    readinessProbe: { exec: { command: IS_READY }, periodSeconds: 2, timeoutSeconds: 3 },
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    volumeMounts: [
      { name: 'data', mountPath: '/var/lib/postgresql' },
      { name: 'run', mountPath: '/var/run/postgresql' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  },
  volumes: [{ name: 'run', emptyDir: {} }],
};

/** A local Discord in which simulated users talk. */
const simulator: Server = {
  name: 'simulator',
  user: 1000,
  port: SIMULATOR_PORT,
  container: {
    image: 'discord-relay-simulator',
    env: Object.entries({
      SIM_HOST: '::',
      // The image sets PORT for the services.
      SIM_PORT: String(SIMULATOR_PORT),
      SIM_TOKEN: DEV_SECRETS.DISCORD_TOKEN,
      SIM_SCENARIO: 'lively',
      SIM_PUBLIC_URL: `http://simulator:${SIMULATOR_PORT}`,
    }).map(([name, value]) => ({ name, value })),
    readinessProbe: { tcpSocket: { port: SIMULATOR_PORT }, periodSeconds: 2 },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '384Mi' } },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  },
};

/** The services may reach the simulator, in addition to what the base allows. */
const toSimulator: INetworkPolicy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'to-simulator', labels: labelsOf('simulator') },
  spec: {
    podSelector: {
      matchExpressions: [
        { key: 'app.kubernetes.io/name', operator: 'In', values: ['ingestor', 'gateway-api'] },
      ],
    },
    policyTypes: ['Egress'],
    egress: [{ ports: [{ protocol: 'TCP', port: SIMULATOR_PORT }] }],
  },
};

/** The files of the servers of the overlay `dev`. */
export const devServers = (): Record<string, object[]> => ({
  'nats.yaml': [statefulSet(nats, '5Gi'), service(nats), onlyFrom(nats, SERVICES)],
  'postgres.yaml': [
    statefulSet(postgres, '5Gi'),
    service(postgres),
    onlyFrom(postgres, ['projector', 'gateway-api', 'migrate']),
  ],
  'simulator.yaml': [
    deployment(simulator),
    service(simulator),
    onlyFrom(simulator, ['ingestor', 'gateway-api']),
    toSimulator,
  ],
});
