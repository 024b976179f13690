import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED, productionPackages } from './licences.mjs';
import { root } from './repository-files.js';

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

const refusedOf = (packages: Record<string, object>): string[] =>
  productionPackages({ packages })
    .filter(({ licence }: { licence: string }) => !ALLOWED.includes(licence))
    .map(({ name, licence }: { name: string; licence: string }) => `${name}: ${licence}`);

describe('the licences of production dependencies', () => {
  it('every production dependency has a licence that is allowed', () => {
    expect(productionPackages(lock).length).toBeGreaterThan(100);
    expect(refusedOf(lock.packages)).toEqual([]);
  });

  it('a production dependency with another licence, or with none, is found, also below another package', () => {
    expect(
      refusedOf({
        '': { license: 'MIT' },
        'node_modules/a': { license: 'GPL-3.0-only' },
        'node_modules/b/node_modules/@scope/c': {},
        'node_modules/d': { license: 'GPL-3.0-only', dev: true },
        'node_modules/e': { license: 'MIT' },
        'node_modules/workspace': { link: true },
      }),
    ).toEqual(['@scope/c: ', 'a: GPL-3.0-only']);
  });
});
