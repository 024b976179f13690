import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Parser from '@actions/workflow-parser';
import { repositoryRoot } from '@discord-relay/local-stack';
import { build } from 'rolldown';
import { parse } from 'yaml';

const FOLDER = '.github/workflows';
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const FILES = readdirSync(join(repositoryRoot, FOLDER)).map((name) => `${FOLDER}/${name}`);

interface Job {
  steps?: { uses?: string; run?: string }[];
  uses?: string;
  strategy?: { matrix: { target?: string[] } };
}
interface Workflow {
  permissions: unknown;
  jobs: Record<string, Job>;
}

const jobsOf = (path: string): [name: string, job: Job][] =>
  Object.entries((parse(read(path)) as Workflow).jobs);
const stepsOf = (path: string) => jobsOf(path).flatMap(([, { steps = [] }]) => steps);

/** The package is made for bundlers: Node.js does not load its JSON files. */
async function loadParser(dir: string): Promise<typeof Parser> {
  const file = join(dir, 'parser.cjs');
  await build({
    input: '@actions/workflow-parser',
    cwd: repositoryRoot,
    platform: 'node',
    logLevel: 'silent',
    output: { file, format: 'cjs' },
  });
  return createRequire(import.meta.url)(file) as typeof Parser;
}

let parser: typeof Parser;

/** What GitHub would refuse: unknown keys, wrong types, errors in expressions, jobs that do not exist. */
async function problemsIn(name: string, content: string): Promise<string[]> {
  const { context, value } = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
  const template = value && (await parser.convertWorkflowTemplate(context, value));
  return [
    ...context.errors.getErrors().map(({ message }) => message),
    ...(template?.errors ?? []).map(({ Message }) => Message),
  ];
}

describe('the workflows of GitHub Actions', () => {
  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'relay-workflows-'));
    parser = await loadParser(dir);
    rmSync(dir, { recursive: true });
  });

  it.each(FILES)('%s is accepted by the parser of GitHub Actions', async (path) =>
    expect(await problemsIn(path, read(path))).toEqual([]),
  );

  it.each([
    ['an unknown key', 'on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n', /stepz/],
    [
      'an unknown function',
      'on: push\njobs:\n  a:\n    runs-on: x\n    if: soon()\n    steps: [{ run: a }]\n',
      /soon/,
    ],
    [
      'jobs that can never start',
      'on: push\njobs:\n  a:\n    runs-on: x\n    needs: b\n    steps: [{ run: a }]\n',
      /no dependencies/,
    ],
  ])('the check of workflows finds %s', async (_, content, problem) =>
    expect((await problemsIn('broken.yaml', content)).join('\n')).toMatch(problem),
  );

  it.each(FILES)('%s gives its jobs no more than reading by default', (path) =>
    expect((parse(read(path)) as Workflow).permissions).toEqual({ contents: 'read' }),
  );

  it.each(FILES)('%s runs scripts that bash can parse, without expressions in them', (path) => {
    for (const { run } of stepsOf(path)) {
      if (run === undefined) continue;
      expect(run).not.toContain('${{');
      expect({ run, ...spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' }) }).toMatchObject({
        stderr: '',
      });
    }
  });

  it.each(FILES)('%s uses a version of every action, and files of the repository that exist', (path) => {
    const used = [...stepsOf(path), ...jobsOf(path).map(([, job]) => job)].flatMap(({ uses }) => uses ?? []);
    for (const each of used)
      expect(each.startsWith('./') ? existsSync(join(repositoryRoot, each)) : /@v\d+$/.test(each)).toBe(true);
    const scripts = stepsOf(path).flatMap(({ run }) => [...(run ?? '').matchAll(/\b(?:node|bash) (\S+)/g)]);
    for (const [, script] of scripts) expect(existsSync(join(repositoryRoot, script!))).toBe(true);
  });

  it('a release builds the image of every target of the Dockerfile', () => {
    const stages = [...read('Dockerfile').matchAll(/^FROM (?:runtime|service) AS (\S+)/gm)].map(
      ([, name]) => name!,
    );
    const targets = stages.filter((name) => name !== 'service').sort();
    const built = jobsOf(`${FOLDER}/release.yaml`).flatMap(
      ([, { strategy }]) => strategy?.matrix.target ?? [],
    );
    expect(targets.length).toBeGreaterThan(4);
    expect(built.sort()).toEqual([...targets, ...targets].sort());
  });
});
