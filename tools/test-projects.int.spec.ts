import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';

/** The spec files that jest runs for a project. */
function filesOf(project: string): string[] {
  const jest = ['node_modules/jest/bin/jest.js', '--listTests', '--json', '--selectProjects', project];
  const { stdout, stderr, status } = spawnSync(process.execPath, jest, {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

const specsIn = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['node_modules', 'dist', '.data'].includes(entry.name) ? [] : specsIn(path);
    return /\.spec\.tsx?$/.test(path) ? [path] : [];
  });

const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8');

/** The projects of the scripts that `.ci/run` counts. */
function projectsInCi(): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const counted = [...read('.ci/run').matchAll(/^count (\S+)$/gm)].map(([, script]) => script!);
  return counted.flatMap((script) =>
    script === 'test'
      ? ['unit', 'integration', 'e2e']
      : scripts[script]!.split('--selectProjects ')[1]!.split(' '),
  );
}

describe('the projects of jest', () => {
  it('that CI runs have every spec file, and each only once', () => {
    const listed = projectsInCi()
      .flatMap(filesOf)
      .map((path) => path.slice(repositoryRoot.length + 1));
    expect(listed.sort()).toEqual(['apps', 'libs', 'test', 'tools'].flatMap(specsIn).sort());
  }, 120_000);
});
