import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout; src/ and dist/ have the same depth. */
export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
