import type { IContainer, IPodTemplateSpec, IVolume } from 'kubernetes-models/v1';

/** An object as kubectl or Helm renders it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec?: Record<string, unknown>;
}

export interface Pod {
  /** The workload, such as `StatefulSet/ingestor`. */
  owner: string;
  kind: string;
  labels: Record<string, string>;
  spec: NonNullable<IPodTemplateSpec['spec']>;
  container: IContainer;
}

/** The pods of every workload. */
export const podsOf = (objects: readonly KubernetesObject[]): Pod[] =>
  objects.flatMap(({ kind, metadata, spec }) => {
    const template = spec?.template as IPodTemplateSpec | undefined;
    if (template?.spec === undefined) return [];
    const owner = `${kind}/${metadata.name}`;
    const labels = template.metadata?.labels ?? {};
    return [{ owner, kind, labels, spec: template.spec, container: template.spec.containers[0]! }];
  });

/** The rules of the Pod Security Standard `restricted` that a pod violates. */
export function violationsOf({ owner, spec }: Pod): string[] {
  const pod = spec.securityContext ?? {};
  const rules: [string, boolean][] = [
    ['runAsNonRoot', pod.runAsNonRoot === true && pod.runAsUser !== 0],
    ['seccompProfile', pod.seccompProfile?.type === 'RuntimeDefault'],
    ['host namespaces', !spec.hostNetwork && !spec.hostPID && !spec.hostIPC],
    ['volumes', (spec.volumes ?? []).every(isAllowed)],
    ['token of the ServiceAccount', spec.automountServiceAccountToken === false],
    ...[...spec.containers, ...(spec.initContainers ?? [])].flatMap(
      ({ name, securityContext: own = {} }): [string, boolean][] => [
        [`${name}: allowPrivilegeEscalation`, own.allowPrivilegeEscalation === false],
        [`${name}: capabilities`, own.capabilities?.drop?.includes('ALL') === true && !own.capabilities.add],
        [`${name}: privileged`, !own.privileged && own.runAsNonRoot !== false && own.runAsUser !== 0],
        [`${name}: readOnlyRootFilesystem`, own.readOnlyRootFilesystem === true],
      ],
    ),
  ];
  return rules.filter(([, isMet]) => !isMet).map(([rule]) => `${owner}: ${rule}`);
}

const ALLOWED = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const isAllowed = ({ name: _, ...source }: IVolume): boolean =>
  Object.keys(source).every((key) => ALLOWED.includes(key));

const includes = (labels: Record<string, string>, wanted: Record<string, string> = {}): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

interface Selecting {
  selector?: { matchLabels?: Record<string, string> } & Record<string, unknown>;
  podSelector?: { matchLabels?: Record<string, string> };
}

/** Names of objects, and labels of pods, to which an object refers and which the others do not have. */
export function danglingReferences(objects: readonly KubernetesObject[]): string[] {
  const has = (kind: string, name: string | undefined) =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);
  const pods = podsOf(objects);
  const missing: string[] = [];
  const check = (from: string, isFound: boolean, what: string) => isFound || missing.push(`${from}: ${what}`);
  for (const { owner, spec, container } of pods) {
    const account = spec.serviceAccountName;
    check(owner, account === undefined || has('ServiceAccount', account), `ServiceAccount ${account}`);
    for (const { configMapRef } of container.envFrom ?? [])
      check(owner, has('ConfigMap', configMapRef?.name), `ConfigMap ${configMapRef?.name}`);
  }
  for (const { kind, metadata, spec = {} } of objects) {
    const from = `${kind}/${metadata.name}`;
    const { scaleTargetRef, selector, podSelector } = spec as Selecting & {
      scaleTargetRef?: { name: string };
    };
    if (scaleTargetRef) check(from, has('Deployment', scaleTargetRef.name), scaleTargetRef.name);
    // Monitors, and policies between programs, select by expressions.
    const wanted =
      kind === 'Service' ? (selector as Record<string, string>) : (selector ?? podSelector)?.matchLabels;
    if (wanted)
      check(
        from,
        pods.some(({ labels }) => includes(labels, wanted)),
        `pods ${JSON.stringify(wanted)}`,
      );
  }
  return missing;
}
