import { chartFiles } from './chart.js';
import { type Facts, kustomizeFiles } from './kustomize.js';
import { valuesSchema } from './values.js';

export { SECRET_KEYS, SERVICES, serviceKeys, type Service } from './keys.js';
export type { Facts } from './kustomize.js';
export { AFTER_DRAIN_S, HTTP_PORT, PRE_STOP_S } from './pods.js';

/**
 * The manifests for kustomize and the chart for Helm, by path from the root of the repository: both from the same objects, so that
 * they say the same.
 */
export function kubernetesFiles(facts: Facts): Record<string, string> {
  const schema = valuesSchema(facts.keys);
  return { ...kustomizeFiles(schema.parse({}), facts), ...chartFiles(schema, facts) };
}
