import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { filesBelow, root } from './repository-files.js';

const FOLDERS = [
  'apps',
  'libs',
  'test',
  'bench',
  'tools',
  'docs',
  'deploy',
  'k8s',
  'nats',
  'postgres',
  '.github',
];
const TEXTS: ReadonlySet<string> = new Set([
  '.ts',
  '.tsx',
  '.mjs',
  '.cjs',
  '.md',
  '.yaml',
  '.yml',
  '.conf',
  '.sql',
]);
/** Conversations of the local Discord are sample content, generated files repeat their sources, and this file lists the words. */
const SKIPPED_FILES = /\/sim\/demo\/|\.generated\.|tools\/docs\/words\.spec\.ts$/;

/** Private metaphors for things that have a name in the field. */
const METAPHORS =
  /\b(?:SerialQueue|PacedWork|SocketDoors?|Suspicion|Tenancy|Census|feelPressure|shakes?|evicts?|evicted|seats?|deaths?|killers?|deeds?|rivals?|twins?|furnish\w*|inflict\w*|put out|unless told)\b/i;
/** The same, where the word has an ordinary meaning as well. */
const METAPHORS_AS_NAMES = /\b(?:class|interface|function|const|type) (?:Turns|Gate|Following|Entering)\b/;
/** Phrases that need a second reading. */
const PHRASES =
  /\b(?:whoever|untold|unasked|(?:un)?heard|as it were|who asks|(?:is|are|was|were|be) told|becomes? of|for good|for ever|held back|holds? back|lets? go|goes? on|going on|went on|stands? for|what comes|such as it)\b/i;
/** Verbs that begin a title which has no subject without its `describe`. */
const VERBS =
  'is|are|was|has|have|does|do|accepts|adds|allows|announces|applies|becomes|begins|builds|chooses|closes|compares|contains|' +
  'continues|creates|deletes|delivers|describes|distinguishes|emits|fails|fetches|fills|finds|follows|gets|gives|grows|hides|' +
  'identifies|ignores|keeps|knows|learns|leaves|lets|loses|makes|never|offers|omits|opens|parks|parses|passes|prints|publishes|' +
  'puts|recognises|refuses|rejects|releases|removes|renews|replaces|requires|resumes|returns|says|sends|skips|sorts|stays|' +
  'stores|survives|throws|treats';
/** The same; they may also be plural nouns, which other words follow. */
const VERBS_OR_NOUNS =
  '(?:checks|drops|handles|names|needs|reads|records|runs|shows|starts|stops|takes|uses|writes)' +
  '(?! (?:of|are|that|which|whose|with|without|from|to|in|on|and|by|while|have|do|may|can)\\b)';
const PREDICATE = new RegExp(
  `(?:\\bit|\\)|\\bit(?:With|On)[A-Z]\\w*)\\(\\s*(['\`])(?:${VERBS}|${VERBS_OR_NOUNS}) (?:(?!\\1).)*`,
  'g',
);

async function texts(): Promise<[path: string, text: string][]> {
  const pages = (await readdir(root)).filter((name) => name.endsWith('.md'));
  const nested = (await Promise.all(FOLDERS.map(filesBelow))).flat();
  const paths = nested.filter((path) => TEXTS.has(extname(path)) && !SKIPPED_FILES.test(path));
  return [...pages, ...paths].map((path) => [path, readFileSync(join(root, path), 'utf8')]);
}

const linesWith = (path: string, text: string, word: RegExp): string[] =>
  text.split('\n').flatMap((line, i) => (word.test(line) ? [`${path}:${i + 1} ${word.exec(line)![0]}`] : []));

const titlesWithoutSubject = (path: string, text: string): string[] =>
  [...text.matchAll(PREDICATE)].map(
    ({ 0: title, index }) => `${path}:${text.slice(0, index).split('\n').length} ${title}`,
  );

describe('the language of code and documentation', () => {
  let all: [path: string, text: string][];
  beforeAll(async () => (all = await texts()));

  it.each([
    ['a class that guards the door: SocketDoor', METAPHORS],
    ['export class Gate {', METAPHORS_AS_NAMES],
    ['Whoever reads this is told so.', PHRASES],
    ['  // Goes on with what was held back.', PHRASES],
  ])('the check finds %j', (line, words) => expect(words.test(line)).toBe(true));

  it('the check finds a title without a subject, also in a table and across lines', () => {
    const spec = [
      `it('returns 1', () => 1);`,
      `it.each([1])(`,
      `  'keeps %d',`,
      `);`,
      `it('a test passes', f);`,
    ];
    expect(titlesWithoutSubject('x.spec.ts', spec.join('\n'))).toEqual([
      `x.spec.ts:1 it('returns 1`,
      `x.spec.ts:2 )(\n  'keeps %d`,
    ]);
  });

  it('every folder that is searched has texts', () =>
    expect(FOLDERS.filter((folder) => !all.some(([path]) => path.startsWith(`${folder}/`)))).toEqual([]));

  it.each([
    ['private metaphor', METAPHORS],
    ['class or function named by a private metaphor', METAPHORS_AS_NAMES],
    ['phrase that needs a second reading', PHRASES],
  ])('no line contains a %s', (_, words) =>
    expect(all.flatMap(([path, text]) => linesWith(path, text, words))).toEqual([]),
  );

  it('every title of a test has a subject', () =>
    expect(
      all
        .filter(([path]) => /\.tsx?$/.test(path))
        .flatMap(([path, text]) => titlesWithoutSubject(path, text)),
    ).toEqual([]));
});
