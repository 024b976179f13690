import { chartFiles } from './chart.js';
import { type Facts, kustomizeFiles } from './kustomize.js';
import { valuesSchema } from './values.js';

export { SECRET_KEYS, serviceKeys } from './keys.js';
export type { Facts } from './kustomize.js';

/**
 * The manifests for kustomize and the chart for Helm, by path from the root of the repository: both from the same objects, so that
 * they say the same.
 */
export function kubernetesFiles(facts: Facts): Record<string, string> {
  const schema = valuesSchema(facts.keys);
  return { ...kustomizeFiles(schema.parse({}), facts), ...chartFiles(schema, facts) };
}
