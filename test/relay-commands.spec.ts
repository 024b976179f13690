import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { filesBelow, root } from '../tools/docs/repository-files.js';
import { buildProgram } from '../apps/cli/src/program.js';

const FOLDERS = ['apps', 'libs', 'docs', 'deploy', 'k8s', 'nats'];
const TEXTS: ReadonlySet<string> = new Set(['.ts', '.md', '.yaml', '.yml', '.conf']);
/** A command in code quotes, after a prompt, or run by npm. */
const NAMED = /(?:`relay |\$ relay |relay -- )([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g;
/** A line of a code block that begins with a command. */
const LINE = /^relay ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/gm;
const CODE_BLOCK = /^```\w*\n([\s\S]*?)^```/gm;

const program = buildProgram(
  () => {
    throw new Error('no command runs here');
  },
  { out: () => undefined, fail: () => undefined },
);

function isKnown(name: string, next: string | undefined): boolean {
  const command = program.commands.find((each) => each.name() === name);
  if (!command) return false;
  const parts = command.commands.map((each) => each.name());
  return parts.length === 0 || next === undefined || parts.includes(next);
}

/** The commands that the text names and `relay` does not have. */
function unknownCommands(text: string): string[] {
  const blocks = [...text.matchAll(CODE_BLOCK)].flatMap(([, block = '']) => [...block.matchAll(LINE)]);
  return [...text.matchAll(NAMED), ...blocks]
    .filter(([, name = '', next]) => !isKnown(name, next))
    .map(([match]) => match);
}

async function paths(): Promise<string[]> {
  const nested = (await Promise.all(FOLDERS.map(filesBelow))).flat();
  const pages = (await readdir(root)).filter((name) => name.endsWith('.md'));
  const texts = nested.filter((path) => TEXTS.has(extname(path)) && !path.endsWith('.spec.ts'));
  return [...pages, 'docker-compose.yml', 'Dockerfile', ...texts];
}

it('the check finds commands that do not exist', () => {
  const text =
    'Run `relay parked skip 7`, `relay parked skip-to-end`, `relay gone`.\n```sh\nrelay stats\nrelay status\n```\n';
  expect(unknownCommands(text)).toEqual(['`relay parked skip-to-end', '`relay gone', 'relay stats']);
});

it('every command of relay that a page, a configuration file or a message names exists', async () => {
  const found = (await paths()).flatMap((path) =>
    unknownCommands(readFileSync(join(root, path), 'utf8')).map((command) => `${path} ${command}`),
  );
  expect(found).toEqual([]);
});
