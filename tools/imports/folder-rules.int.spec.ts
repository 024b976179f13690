import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

type Table = Record<string, readonly string[]>;
interface Violation {
  from: string;
  to: string;
}

/** Each check starts a separate process. */
const TIMEOUT_MS = 120_000;

const require = createRequire(import.meta.url);
const { folderRules } = require('./folder-rules.cjs') as {
  folderRules: (app: string, table: Table) => object[];
};
const depcruise = join(
  import.meta.dirname,
  '../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
);

const TABLE = {
  '.': ['edge'],
  'config.ts': [],
  edge: ['pure', 'config.ts'],
  'edge/part': ['edge'],
  pure: [],
};

/** The imports that dependency-cruiser rejects in an app that consists of these files. */
async function refusedImports(files: Record<string, string>, folder = 'apps/app'): Promise<string[]> {
  const source = folder === 'apps/app' ? 'apps/app/src' : folder;
  const root = await mkdtemp(join(tmpdir(), 'relay-folders-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, source, name)), { recursive: true });
      await writeFile(join(root, source, name), text);
    }
    await writeFile(join(root, 'rules.json'), JSON.stringify({ forbidden: folderRules(folder, TABLE) }));
    const args = [depcruise, '--config', 'rules.json', '--output-type', 'json', folder];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
      (failure: { stdout: string }) => failure,
    );
    const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
    const short = (path: string) => path.replace(`${source}/`, '');
    return summary.violations.map(({ from, to }) => `${short(from)} -> ${short(to)}`).sort();
  } finally {
    await rm(root, { recursive: true });
  }
}

it(
  'the folder rules accept imports according to the table, and reject all others',
  async () => {
    const refused = await refusedImports({
      'main.js': `import './edge/a.js'; import './pure/p.js';`,
      'config.js': '',
      'config.ts': 'export const port = 1;',
      'edge/a.js': `import './b.js'; import '../pure/p.js';`,
      'edge/b.js': `import './part/c.js';`,
      'edge/part/c.js': `import '../../pure/p.js'; import '../a.js';`,
      'pure/p.js': `import '../edge/b.js';`,
      'edge/a.spec.ts': `import './part/c.js';`,
      'testing/support.js': `import '../edge/part/c.js';`,
    });
    expect(refused).toEqual([
      'edge/b.js -> edge/part/c.js',
      'edge/part/c.js -> pure/p.js',
      'main.js -> pure/p.js',
      'pure/p.js -> edge/b.js',
    ]);
  },
  TIMEOUT_MS,
);

it(
  'the folder rules reject imports of test support into product code, and files in unlisted folders',
  async () => {
    const refused = await refusedImports({
      'edge/a.js': `import '../testing/support.js';`,
      'other/o.js': `import '../pure/p.js';`,
      'pure/p.js': '',
      'testing/support.js': '',
    });
    expect(refused).toEqual(['edge/a.js -> testing/support.js', 'other/o.js -> pure/p.js']);
  },
  TIMEOUT_MS,
);

it(
  'the folder rules apply to bench, test and tools, whose folders are not in src',
  async () => {
    const files = { 'edge/b.js': `import './part/c.js';`, 'edge/part/c.js': '' };
    expect(await refusedImports(files, 'bench')).toEqual(['edge/b.js -> edge/part/c.js']);
  },
  TIMEOUT_MS,
);

it.each([
  ['a cycle between folders', { a: ['b'], b: ['c'], c: ['a'] }, 'a -> b -> c -> a'],
  ['a folder that imports itself by way of a sub-folder', { a: ['a/b'], 'a/b': ['a'] }, 'a -> a/b -> a'],
  ['a folder that is not in the table', { a: ['b'] }, 'a may import b, which is not in the table'],
])('a folder table with %s is rejected', (_, table: Table, message) => {
  expect(() => folderRules('apps/app', table)).toThrow(message);
});
