import type {
  IPodMonitor,
  IPrometheusRule,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { SERVICES } from './keys.js';
import type { Source } from './source.js';

const PART_OF = { 'app.kubernetes.io/part-of': 'discord-relay' };
const meta = (s: Source) => ({
  name: s.name('discord-relay'),
  labels: {
    ...PART_OF,
    ...s.instanceLabels,
    ...s.entries('monitoring.labels'),
  },
});

/** The alerts expect the jobs ingestor, projector and gateway-api. */
export const podMonitor = (s: Source): IPodMonitor => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: meta(s),
  spec: {
    jobLabel: 'app.kubernetes.io/name',
    selector: {
      ...(s.kind === 'helm' && { matchLabels: s.instanceLabels }),
      matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: [...SERVICES] }],
    },
    podMetricsEndpoints: [{ port: 'http', path: '/metrics', interval: '15s' }],
  },
});

export type RuleGroups = NonNullable<NonNullable<IPrometheusRule['spec']>['groups']>;

/** @param groups the rules of deploy/monitoring */
export const prometheusRule = (s: Source, groups: RuleGroups): IPrometheusRule => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: meta(s),
  spec: { groups },
});
