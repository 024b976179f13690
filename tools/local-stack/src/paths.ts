import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout: src/ and dist/ are at the same depth. */
export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '../../..');
