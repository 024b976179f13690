import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { labelsOf } from './pods.js';
import { mark, type Source } from './source.js';

type Behavior = NonNullable<NonNullable<IHorizontalPodAutoscaler['spec']>['behavior']>;

/** Every pod less makes clients reconnect, so pods end slowly, one at a time. */
const SLOWLY_DOWN: Behavior = {
  scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] },
  scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }] },
};

const meta = (s: Source, service: string) => ({
  name: s.name(service),
  labels: { ...labelsOf(service), ...s.instanceLabels },
});
const target = (s: Source, service: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: s.name(service),
});

/** The metrics come from an adapter such as prometheus-adapter: docs/kubernetes.md. */
export const gatewayAutoscaler = (s: Source): IHorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: meta(s, 'gateway-api'),
  spec: {
    scaleTargetRef: target(s, 'gateway-api'),
    minReplicas: s.number('gatewayApi.replicas'),
    maxReplicas: s.number('autoscaling.maxGateways'),
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 200 } },
      },
      {
        type: 'Pods',
        pods: {
          metric: { name: 'relay_gateway_sockets' },
          target: { type: 'AverageValue', averageValue: s.number('autoscaling.socketsPerGateway') },
        },
      },
    ],
    behavior: SLOWLY_DOWN,
  },
});

export const projectorAutoscaler = (s: Source): IHorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: meta(s, 'projector'),
  spec: {
    scaleTargetRef: target(s, 'projector'),
    minReplicas: s.number('projector.replicas'),
    maxReplicas: s.number('autoscaling.maxProjectors'),
    metrics: [
      {
        type: 'External',
        external: {
          metric: { name: 'relay_projector_lag_seconds' },
          target: { type: 'Value', value: s.number('autoscaling.lagSeconds') },
        },
      },
    ],
    behavior: SLOWLY_DOWN,
  },
});

const prometheus = (s: Source, query: string, threshold: number, metricType: 'AverageValue' | 'Value') => ({
  type: 'prometheus',
  metricType,
  metadata: {
    serverAddress: s.text('autoscaling.prometheusUrl'),
    query,
    threshold: s.kind === 'helm' ? mark(`${unmark(threshold)} | quote`) : String(threshold),
  },
});
const unmark = (value: unknown): string => String(value).slice(1, -1);

const scaled = (
  s: Source,
  service: string,
  counts: Pick<NonNullable<IScaledObject['spec']>, 'minReplicaCount' | 'maxReplicaCount'>,
  triggers: NonNullable<IScaledObject['spec']>['triggers'],
): IScaledObject => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: meta(s, service),
  spec: {
    scaleTargetRef: { name: s.name(service) },
    ...counts,
    advanced: { horizontalPodAutoscalerConfig: { behavior: SLOWLY_DOWN } },
    triggers,
  },
});

/** Of this installation only; the PodMonitor sets the label. */
const here = (s: Source) => `namespace="${s.kind === 'helm' ? mark('.Release.Namespace') : 'discord-relay'}"`;

export const gatewayScaledObject = (s: Source): IScaledObject =>
  scaled(
    s,
    'gateway-api',
    {
      minReplicaCount: s.number('gatewayApi.replicas'),
      maxReplicaCount: s.number('autoscaling.maxGateways'),
    },
    [
      { type: 'cpu', metricType: 'Utilization', metadata: { value: '200' } },
      prometheus(
        s,
        `sum(relay_gateway_sockets{${here(s)}})`,
        s.number('autoscaling.socketsPerGateway'),
        'AverageValue',
      ),
    ],
  );

export const projectorScaledObject = (s: Source): IScaledObject =>
  scaled(
    s,
    'projector',
    {
      minReplicaCount: s.number('projector.replicas'),
      maxReplicaCount: s.number('autoscaling.maxProjectors'),
    },
    [
      prometheus(
        s,
        `max(relay_projector_lag_seconds{${here(s)}})`,
        s.number('autoscaling.lagSeconds'),
        'Value',
      ),
    ],
  );
