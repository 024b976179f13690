import type {
  INetworkPolicy,
  INetworkPolicyEgressRule,
  INetworkPolicyIngressRule,
} from 'kubernetes-models/networking.k8s.io/v1';
import type { Program } from './keys.js';
import { labelsOf, selectorOf } from './pods.js';
import type { Source } from './source.js';

const to = (port: number | string): INetworkPolicyEgressRule => ({ ports: [{ protocol: 'TCP', port }] });

const dns: INetworkPolicyEgressRule = {
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};

/** By port: where NATS and Postgres are is the platform's business. An overlay narrows this with `to`. */
function egress(s: Source, program: Program): INetworkPolicyEgressRule[] {
  const nats = to(s.number('networkPolicies.natsPort'));
  const postgres = to(s.number('networkPolicies.postgresPort'));
  const traces = to(s.number('networkPolicies.otlpPort'));
  /** Discord and its gateway; for gateway-api also webhooks and keys of identity providers. */
  const https = to(443);
  switch (program) {
    case 'ingestor':
      return [dns, nats, https, traces];
    case 'projector':
      return [dns, nats, postgres, traces];
    case 'gateway-api':
      return [dns, nats, postgres, https, traces];
    case 'migrate':
      return [dns, postgres];
    default:
      return program satisfies never;
  }
}

/** Probes of the kubelet are always allowed. */
function ingress(s: Source, program: Program): INetworkPolicyIngressRule[] {
  const ports: INetworkPolicyIngressRule['ports'] = [{ protocol: 'TCP', port: 'http' }];
  if (program === 'migrate') return [];
  // Clients, through whatever is in front.
  if (program === 'gateway-api') return [{ ports }];
  const namespace = s.text('networkPolicies.monitoringNamespace');
  return [
    {
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
      ports,
    },
  ];
}

/** What a program may reach, and who may reach it; everything else is refused. */
export const networkPolicy = (s: Source, program: Program): INetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: s.name(program), labels: { ...labelsOf(program), ...s.instanceLabels } },
  spec: {
    podSelector: { matchLabels: selectorOf(s, program) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: ingress(s, program),
    egress: egress(s, program),
  },
});
