import type { Service } from './keys.js';
import type { Values } from './values.js';

type Scalar = string | number | boolean;
/** Paths of the scalars in the values, such as `ingestor.replicas`. */
type PathsTo<T, Wanted> = {
  [K in keyof T & string]: T[K] extends Wanted
    ? K
    : T[K] extends Scalar | readonly unknown[]
      ? never
      : `${K}.${PathsTo<T[K], Wanted>}`;
}[keyof T & string];
export type TextPath = PathsTo<Values, string>;
export type NumberPath = PathsTo<Values, number>;
export type SwitchPath = PathsTo<Values, boolean>;
/** A list or an object that is inserted as a whole. */
export type BlockPath =
  | 'config'
  | 'imagePullSecrets'
  | 'ingress.annotations'
  | 'monitoring.labels'
  | `${'ingestor' | 'projector' | 'gatewayApi'}.${'resources' | 'nodeSelector' | 'tolerations'}`;

/**
 * Where the manifests take their settings from. Kustomize gets the default values; a template of Helm gets expressions that
 * Helm evaluates.
 */
export interface Source {
  readonly kind: 'kustomize' | 'helm';
  text(path: TextPath): string;
  number(path: NumberPath): number;
  /** A number plus a constant. */
  sum(path: NumberPath, plus: number): number;
  /** A number of seconds as a text in milliseconds. */
  milliseconds(path: NumberPath): string;
  block<T>(path: BlockPath): T;
  /** Items of a list that are present only if a setting is on, or a text not empty. */
  items<T>(path: SwitchPath | TextPath | BlockPath, items: readonly T[]): T[];
  /** Keys of an object that are present only then; with `unless`, only otherwise. */
  keys<T extends object>(path: SwitchPath | TextPath | BlockPath, keys: T, unless?: 'unless'): Partial<T>;
  /** The entries of a map of the values, among other keys. */
  entries(path: 'monitoring.labels'): Record<string, string>;
  /** The name of an object. */
  name(base: string): string;
  /** Labels that distinguish installations in one namespace. */
  readonly instanceLabels: Record<string, string>;
  image(program: string): string;
  /** @param roleKey the key that is used instead with a role of Postgres for each program */
  secret(key: string, roleKey?: string): { name: string; key: string };
  /** Annotations that change when the configuration changes, so that pods restart. */
  readonly configChecksum: Record<string, string> | undefined;
}

const at = (values: Values, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], values);

const isOn = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);

/** The values themselves. */
export function plainSource(values: Values): Source {
  return {
    kind: 'kustomize',
    text: (path) => at(values, path) as string,
    number: (path) => at(values, path) as number,
    sum: (path, plus) => (at(values, path) as number) + plus,
    milliseconds: (path) => String((at(values, path) as number) * 1_000),
    block: <T>(path: BlockPath) => at(values, path) as T,
    items: (path, items) => (isOn(at(values, path)) ? [...items] : []),
    keys: (path, keys, unless) => (isOn(at(values, path)) === (unless === undefined) ? keys : {}),
    entries: (path) => at(values, path) as Record<string, string>,
    name: (base) => base,
    instanceLabels: {},
    // Kustomize sets the tag.
    image: (program) => `${values.image.prefix}-${program}`,
    secret: (key) => (values.secrets as Record<string, { name: string; key: string }>)[key]!,
    configChecksum: undefined,
  };
}

/** Marks in the objects of a template; {@link toTemplate} replaces them in the YAML. */
export const mark = (text: string): string => `⟦${text}⟧`;
const number = (expression: string) => mark(expression) as unknown as number;

/** Expressions of Helm. */
export function helmSource(): Source {
  let marks = 0;
  const conditional = (path: string, unless?: 'unless') => `if ${unless ? 'not ' : ''}.Values.${path}`;
  const keys = <T extends object>(path: string, wanted: T, unless?: 'unless') =>
    ({
      [mark(`${++marks} ${conditional(path, unless)}`)]: null,
      ...wanted,
      [mark(`${marks} end`)]: null,
    }) as Partial<T>;
  return {
    kind: 'helm',
    keys,
    text: (path) => mark(`.Values.${path} | quote`),
    number: (path) => number(`int64 .Values.${path}`),
    sum: (path, plus) => number(`add .Values.${path} ${plus}`),
    milliseconds: (path) => mark(`mul .Values.${path} 1000 | quote`),
    block: <T>(path: BlockPath) => mark(`toYaml .Values.${path}`) as T,
    items: <T>(path: string, items: readonly T[]) => [
      mark(conditional(path)) as T,
      ...items,
      mark('end') as T,
    ],
    entries: (path) =>
      keys(path, { [mark(`toYaml .Values.${path}`)]: null }) as unknown as Record<string, string>,
    name: (base) => `${mark('.Release.Name')}-${base}`,
    instanceLabels: { 'app.kubernetes.io/instance': mark('.Release.Name') },
    image: (program) =>
      `${mark('.Values.image.prefix')}-${program}:${mark('.Values.image.tag | default .Chart.AppVersion')}`,
    secret: (key, roleKey) => ({
      name: mark(`.Values.secrets.${key}.name | quote`),
      key: mark(
        roleKey === undefined
          ? `.Values.secrets.${key}.key | quote`
          : `ternary \`${roleKey}\` .Values.secrets.${key}.key .Values.postgresRoles.enabled | quote`,
      ),
    }),
    configChecksum: { 'checksum/config': mark('toJson .Values.config | sha256sum') },
  };
}

/** The name of a service in the values. */
export const valuesKey = (service: Service): 'ingestor' | 'projector' | 'gatewayApi' =>
  service === 'gateway-api' ? 'gatewayApi' : service;
