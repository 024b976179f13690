import type { IDeployment, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IJob } from 'kubernetes-models/batch/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IService, IServiceAccount } from 'kubernetes-models/v1';
import type { Service, ServiceKeys } from './keys.js';
import { labelsOf, migrationPod, selectorOf, servicePod } from './pods.js';
import type { Source } from './source.js';

const meta = (s: Source, program: string, name = program) => ({
  name: s.name(name),
  labels: { ...labelsOf(program), ...s.instanceLabels },
});

/** The volume of each pod is kept when it goes: its spool may hold events that are not in the log yet. */
export const ingestor = (s: Source, keys: ServiceKeys): IStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: meta(s, 'ingestor'),
  spec: {
    serviceName: s.name('ingestor'),
    replicas: s.number('ingestor.replicas'),
    // A pod that cannot become ready, because Discord or NATS is away, must not keep the others from starting.
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    selector: { matchLabels: selectorOf(s, 'ingestor') },
    template: servicePod(s, keys, 'ingestor'),
    volumeClaimTemplates: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'spool' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          ...s.keys('ingestor.spool.storageClass', {
            storageClassName: s.text('ingestor.spool.storageClass'),
          }),
          resources: { requests: { storage: s.text('ingestor.spool.size') } },
        },
      },
    ],
  },
});

function deployment(s: Source, keys: ServiceKeys, service: 'projector' | 'gateway-api'): IDeployment {
  const replicas = s.number(service === 'projector' ? 'projector.replicas' : 'gatewayApi.replicas');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta(s, service),
    spec: {
      ...s.keys('autoscaling.enabled', { replicas }, 'unless'),
      revisionHistoryLimit: 5,
      // A new pod must be ready before an old one ends. A projector that needs a rebuild first is not: the old ones stay.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selectorOf(s, service) },
      template: servicePod(s, keys, service),
    },
  };
}

export const projector = (s: Source, keys: ServiceKeys): IDeployment => deployment(s, keys, 'projector');
export const gatewayApi = (s: Source, keys: ServiceKeys): IDeployment => deployment(s, keys, 'gateway-api');

/** @param annotations of Helm, which runs the Job before everything else */
export const migration = (s: Source, keys: ServiceKeys, annotations?: Record<string, string>): IJob => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { ...meta(s, 'migrate'), ...(annotations && { annotations }) },
  spec: { backoffLimit: 10, ttlSecondsAfterFinished: 86_400, template: migrationPod(s, keys) },
});

/** The headless Service gives each ingestor a stable name, as a StatefulSet requires. */
export const service = (s: Source, program: Service): IService => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(s, program),
  spec: {
    ...(program === 'ingestor' && { clusterIP: 'None' }),
    ipFamilyPolicy: 'PreferDualStack',
    selector: selectorOf(s, program),
    ports: [
      program === 'ingestor'
        ? { name: 'http', port: 3000, targetPort: 'http' }
        : { name: 'http', port: 80, targetPort: 'http', appProtocol: 'http' },
    ],
  },
});

export const serviceAccount = (s: Source, program: Service): IServiceAccount => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: meta(s, program),
  automountServiceAccountToken: false,
});

export const disruptionBudget = (s: Source, program: Service): IPodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta(s, program),
  spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(s, program) } },
});
