import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesBelow, root } from './repository-files.js';

const PRODUCT =
  /^(apps\/(ingestor|projector|gateway-api|cli)|libs\/(platform|read-model|contracts|export|client|mcp))\/src\/.*\.ts$/;
const NO_PRODUCT = /\.spec\.ts$|\.generated\.ts$|\/(testing|fuzz)\//;
const CONSTANT = /\bconst ([A-Z][A-Z0-9_]*)(?:: [^=;]+)? =\s*([^;]+);/g;
const LIMIT_WORDS: ReadonlySet<string> = new Set(['MAX', 'LIMIT', 'CAPACITY', 'MOST']);
/** An expression of numbers, such as `64 * 1_024` or `2n ** 63n - 1n`. */
const NUMBER = /^[\d_n\s*+-]+$/;

/** Parts of texts of a fixed form: the hour of an ISO time, a digest, half a trace id. */
const FIXED_FORMS = [
  'change-partitions.ts: .slice(0, 13)',
  'iso.ts: .slice(0, 13)',
  'known-messages.ts: .slice(0, 16)',
  'traceparent.ts: .slice(0, 32)',
];

const isLimit = (name: string): boolean => name.split('_').some((word) => LIMIT_WORDS.has(word));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Rows of a table of a page, as cells without code quotes. */
const rowsOf = (page: string): string[][] =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| --'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

async function sources(): Promise<string[]> {
  const paths = await Promise.all(['apps', 'libs'].map(filesBelow));
  return paths.flat().filter((path) => PRODUCT.test(path) && !NO_PRODUCT.test(path));
}

/** Evaluates an expression of numbers with the usual precedence, from left to right. */
function valueOf(expression: string): string {
  const sum = expression
    .replaceAll(/[_n\s]/g, '')
    .split(/(?=[+-])/)
    .reduce(
      (total, term) => total + BigInt(term.startsWith('-') ? -1 : 1) * product(term.replace(/^[+-]/, '')),
      0n,
    );
  return sum.toString();
}

const product = (term: string): bigint =>
  term
    .replaceAll('**', '^')
    .split('*')
    .map((factor) =>
      factor
        .split('^')
        .map(BigInt)
        .reduce((base, exponent) => base ** exponent),
    )
    .reduce((total, factor) => total * factor, 1n);

/** `NAME (file.ts)` -> its value in the code. */
async function limitsOfCode(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of await sources())
    for (const [, name = '', expression = ''] of read(path).matchAll(CONSTANT))
      if (isLimit(name) && NUMBER.test(expression))
        found.set(`${name} (${basename(path)})`, valueOf(expression));
  return found;
}

/** The second and third column of docs/limits.md: a constant or a setting, and its value without separators. */
const documented = (): [string, string][] =>
  rowsOf('docs/limits.md')
    .filter(([limit]) => limit !== 'Limit')
    .map(([, name = '', value = '']) => [name, value.replaceAll(',', '')]);

const settings = (): Map<string, string> =>
  new Map(rowsOf('docs/environment.md').map(([key = '', fallback = '']) => [key, fallback]));

describe('docs/limits.md', () => {
  it('an expression of numbers in a constant is evaluated', () => {
    expect(['16_384', '64 * 1_024', '2n ** 63n - 1n', '366 * 86_400'].map(valueOf)).toEqual([
      '16384',
      '65536',
      '9223372036854775807',
      '31622400',
    ]);
  });

  it('docs/limits.md lists every limit of the code with its value, and no other', async () => {
    const listed = documented().filter(([name]) => name.includes('('));
    expect(new Map(listed.sort())).toEqual(new Map([...(await limitsOfCode())].sort()));
    expect(new Set(listed.map(([name]) => name)).size).toBe(listed.length);
  });

  it('docs/limits.md lists every setting whose name says that it is a limit, with its default', () => {
    const known = settings();
    const listed = new Map(documented().filter(([name]) => !name.includes('(')));
    for (const [name, value] of listed) expect([name, known.get(name)]).toEqual([name, value]);
    const limits = [...known.keys()].filter((key) => isLimit(key) && !/_MS$/.test(key));
    expect(limits.filter((key) => !listed.has(key))).toEqual([]);
  });

  it('docs/limits.md says what happens when a limit is reached, except for times', () => {
    const silent = rowsOf('docs/limits.md').filter(
      ([, name = '', , effect]) => !effect && !/_MS \(|_ROUNDS \(/.test(name),
    );
    expect(silent).toEqual([]);
  });

  it('no text or list is cut at a number that has no name', async () => {
    const found = (await sources()).flatMap((path) =>
      [...read(path).matchAll(/\.slice\(0, [\d_]{2,}\)|\bLIMIT (?!1\b)\d+/g)].map(
        ([cut]) => `${basename(path)}: ${cut}`,
      ),
    );
    expect(found.sort()).toEqual(FIXED_FORMS);
  });
});
