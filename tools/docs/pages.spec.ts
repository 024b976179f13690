import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { filesBelow, root } from './repository-files.js';

/** The target of a link in Markdown, and its fragment. */
const LINK = /\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]+)?\)/g;
/** The path of a source or a page in code quotes; `…` and `*` mark patterns. */
const QUOTED_PATH = /`([\w@.-]+(?:\/[\w@.-]+)*\.(?:tsx?|[mc]js|md|ya?ml|conf|sql))`/g;
/** A folder of the repository in code quotes. */
const QUOTED_FOLDER = /`((?:apps|libs|tools|test|bench|docs|deploy|k8s|nats|postgres)\/[\w@./-]+)`/g;
/** Files that operators or build tools create. */
const NOT_COMMITTED = /(?:^|\/)dist\/|^docker-compose\.override\.yml$/;

/** The fragment that GitHub gives a heading. */
const fragmentOf = (heading: string): string =>
  `#${heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')}`;

const fragmentsOf = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    fragmentOf(heading),
  );

/** The links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  return [...text.matchAll(LINK)].flatMap(([link, path = '', fragment]) => {
    const target = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(join(root, target))) return [`${page} ${link}`];
    return fragment && !fragmentsOf(target).includes(fragment) ? [`${page} ${link}`] : [];
  });
}

/** The paths in code quotes that name no file: from the root, from the page, or as the end of a path. */
function unknownPaths(page: string, text: string, files: readonly string[]): string[] {
  const isFile = (path: string) =>
    existsSync(join(root, dirname(page), path)) || files.some((file) => `/${file}`.endsWith(`/${path}`));
  const paths = [...text.matchAll(QUOTED_PATH)].map(([, path = '']) => path).filter((path) => !isFile(path));
  const folders = [...text.matchAll(QUOTED_FOLDER)]
    .map(([, path = '']) => path)
    .filter((path) => !/\.\w+$/.test(path) && !existsSync(join(root, path)));
  return [...paths, ...folders].filter((path) => !NOT_COMMITTED.test(path)).map((path) => `${page} ${path}`);
}

describe('the pages of the repository', () => {
  let files: string[];
  let pages: (readonly [path: string, text: string])[];
  beforeAll(async () => {
    files = await filesBelow();
    pages = files
      .filter((path) => path.endsWith('.md'))
      .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
  });

  it('the check finds links that lead nowhere', () => {
    const text = '[a](README.md), [b](gone.md), [c](README.md#gone), [d](https://example.com), [e](#start)';
    expect(brokenLinks('README.md', text)).toEqual(['README.md ](gone.md)', 'README.md ](README.md#gone)']);
  });

  it('the check finds paths that do not exist', () =>
    expect(
      unknownPaths('README.md', '`tools/docs`, `tools/gone`, `words.spec.ts`, `gone/words.spec.ts`', files),
    ).toEqual(['README.md gone/words.spec.ts', 'README.md tools/gone']));

  it('every link leads to a file of the repository, and to a heading if it has a fragment', () =>
    expect(pages.flatMap(([page, text]) => brokenLinks(page, text))).toEqual([]));

  it('every path in code quotes exists', () =>
    expect(pages.flatMap(([page, text]) => unknownPaths(page, text, files))).toEqual([]));

  it('ARCHITECTURE.md lists every folder of the repository and of every app', () => {
    const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const folders = new Set(
      files.flatMap((path) => /^(?:apps\/[\w-]+\/src\/)?([\w-]+)\/[^/]/.exec(path)?.[1] ?? []),
    );
    const unlisted = [...folders].filter(
      (name) => !new RegExp(`\`(?:[\\w-]+/)?${name}(?:/[\\w-]*)?\``).test(architecture),
    );
    expect(unlisted).toEqual([]);
  });
});
