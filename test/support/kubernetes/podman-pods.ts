import type { IPersistentVolumeClaim, IPod, IPodSpec } from 'kubernetes-models/v1';
import { type KubernetesObject, type Pod, podsOf } from './objects.js';

/** What `podman kube play` 4.3 does otherwise than Kubernetes, and what it gets instead. All else is played as it is rendered. */
export const PODMAN_CHANGES: readonly (readonly [what: string, why: string])[] = [
  [
    'Services, NetworkPolicies, PodDisruptionBudgets, ServiceAccounts and the Namespace are left out',
    'podman has no API server: nothing is shown about them',
  ],
  [
    'pods are played instead of their StatefulSets, Deployments and Jobs, each under the name of its workload',
    'podman knows no StatefulSet and no Job; the name of a pod is its address, as that of the Service is in a cluster',
  ],
  [
    'claims are written out instead of their templates, and an emptyDir has the name of its pod in its own',
    'podman knows no templates, and makes one volume of all that have the same name',
  ],
  [
    'Secrets are created before, as JSON',
    'podman stores those of a file as YAML, and cannot read them any more',
  ],
  [
    'the ports of containers are left out',
    'podman would publish each at the same port of this machine; others reach a pod by its address without that',
  ],
  [
    'liveness probes over HTTP are left out',
    'podman turns them into a health check that calls curl, which no image has',
  ],
];

const LEFT_OUT = ['Namespace', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount'];
const PLAYED = ['ConfigMap', 'Deployment', 'Job', 'Secret', 'StatefulSet'];

export interface PodmanObjects {
  configMaps: KubernetesObject[];
  /** Values in base64. */
  secrets: { name: string; data: Record<string, string> }[];
  claims: IPersistentVolumeClaim[];
  pods: (IPod & { metadata: { name: string }; spec: IPodSpec })[];
}

interface Workload {
  spec?: { volumeClaimTemplates?: { metadata: { name: string }; spec: object }[] };
}

/** The rendered objects with {@link PODMAN_CHANGES}. @throws Error for an object of any other kind */
export function podmanObjects(objects: readonly KubernetesObject[]): PodmanObjects {
  const unknown = objects.find(({ kind }) => !LEFT_OUT.includes(kind) && !PLAYED.includes(kind));
  if (unknown) throw new Error(`podman: nothing is known about ${unknown.kind}/${unknown.metadata.name}`);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    configMaps: ofKind('ConfigMap'),
    secrets: ofKind('Secret').map(({ metadata: { name }, data = {} }) => ({ name, data })),
    claims: objects.flatMap(claimsOf),
    pods: podsOf(objects).map((pod) => asPod(pod, claimsOf(objectOf(pod, objects)))),
  };
}

const objectOf = ({ owner }: Pod, objects: readonly KubernetesObject[]): KubernetesObject =>
  objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === owner)!;

const volumeName = (pod: string, volume: string): string => `${pod}-${volume}`;

function claimsOf({ metadata, spec }: KubernetesObject): IPersistentVolumeClaim[] {
  const templates = (spec as Workload['spec'])?.volumeClaimTemplates ?? [];
  return templates.map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: volumeName(metadata.name, template.metadata.name) },
    spec: template.spec,
  }));
}

function asPod(
  { owner, labels, spec }: Pod,
  claims: readonly IPersistentVolumeClaim[],
): PodmanObjects['pods'][number] {
  const name = owner.split('/')[1]!;
  const emptyDirs = (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir).map((volume) => volume.name);
  const renamed = (volume: string) => (emptyDirs.includes(volume) ? volumeName(name, volume) : volume);
  const claimed = claims.map(({ metadata }) => ({
    name: metadata!.name!.slice(name.length + 1),
    persistentVolumeClaim: { claimName: metadata!.name! },
  }));
  const containers = spec.containers.map(({ livenessProbe, ports: _, ...container }) => ({
    ...container,
    ...(livenessProbe && !livenessProbe.httpGet && { livenessProbe }),
    ...(container.volumeMounts && {
      volumeMounts: container.volumeMounts.map((mount) => ({ ...mount, name: renamed(mount.name) })),
    }),
  }));
  const volumes = (spec.volumes ?? []).map((volume) => ({ ...volume, name: renamed(volume.name) }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { ...spec, containers, volumes: [...volumes, ...claimed] },
  };
}
