import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';

interface Project {
  displayName: string;
  testRegex: string;
  testPathIgnorePatterns: string[];
}

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

const specsIn = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['node_modules', 'dist', '.data'].includes(entry.name) ? [] : specsIn(path);
    return /\.spec\.tsx?$/.test(path) ? [path] : [];
  });

/** The projects of the scripts that `.ci/run` counts, in order; a script without jest has none. */
function projectsInCi(): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const [, whatTestRuns] = /WITHOUT_ARGUMENTS = \['--selectProjects', (.*)\]/.exec(read('tools/test.mjs'))!;
  return [...read('.ci/run').matchAll(/^count (\S+)$/gm)].flatMap(([, script]) =>
    script === 'test'
      ? whatTestRuns!.match(/\w+/g)!
      : (scripts[script!]!.split('--selectProjects ')[1]?.split(' ') ?? []),
  );
}

describe('the projects of jest', () => {
  it('the projects that CI runs have every spec file, and each only once', async () => {
    const file = join(repositoryRoot, 'jest.config.mjs');
    const { projects } = ((await import(file)) as { default: { projects: Project[] } }).default;
    const projectsOf = (path: string) =>
      projects
        .filter(({ testRegex }) => new RegExp(testRegex).test(`/${path}`))
        .filter(
          (project) => !project.testPathIgnorePatterns.some((each) => new RegExp(each).test(`/${path}`)),
        )
        .map(({ displayName }) => displayName);
    const inCi = projectsInCi();
    const counts = ['apps', 'libs', 'test', 'tools'].flatMap(specsIn).map((path) => {
      const runs = projectsOf(path).flatMap((name) => inCi.filter((each) => each === name));
      return { path, runs: runs.length };
    });
    expect(counts.length).toBeGreaterThan(300);
    expect(counts.filter(({ runs }) => runs !== 1)).toEqual([]);
  });
});
