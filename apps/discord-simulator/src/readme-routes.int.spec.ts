import { readFile } from 'node:fs/promises';
import { servedRoutes } from './testing/routes.js';

const ROW = /^\| `(\/[^`]*)`\s*\|\s*([A-Z ]+?)\s*\|$/gm;

describe('the tables of routes in the README', () => {
  it('the tables of routes in the README list every served route with its methods, and no other', async () => {
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const documented = Array.from(
      text.matchAll(ROW),
      ([, path = '', methods = '']) => [path, methods] as const,
    );
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(servedRoutes()));
  });
});
