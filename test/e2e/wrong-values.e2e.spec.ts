import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot, loadFactor } from '@discord-relay/local-stack';
import {
  type ConfiguredProgram,
  PROBLEM,
  PROGRAM_KEYS,
  PROGRAMS,
  refusedValues,
} from '../support/values/configured-programs.js';

/** On a quiet machine. */
const TIME_LIMIT_MS = 10_000;
/** Nothing answers there. */
const NO_SERVERS = { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: 'postgres://u:planted-1@127.0.0.1:1/x' };
const FOREIGN_HOST = '203.0.113.1';

interface Ended {
  code: number | null;
  signal: string | null;
  lines: string[];
}

/** Runs a program until it ends, or ends it when the time is up. */
async function run({ command }: ConfiguredProgram, env: Record<string, string>): Promise<Ended> {
  const [file, ...args] = command;
  const child = spawn(process.execPath, [join(repositoryRoot, file), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: Math.round(TIME_LIMIT_MS * loadFactor()),
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, lines: output.trimEnd().split('\n') };
}

/** The problems of all keys; a problem starts with its key. */
const problemsIn = (lines: string[]): string[] =>
  lines.flatMap((line) => line.replace(/^configuration: /, '').split(/; (?=[A-Z][A-Z0-9_]+: )/));

/** For every key with one: a value that the schema refuses, the first or the last of them. */
const wrongEnv = (program: ConfiguredProgram, at: 0 | -1): Record<string, string> =>
  Object.fromEntries(
    Object.keys(program.keys).flatMap((key) => {
      const value = refusedValues(program, key).at(at);
      return value === undefined ? [] : [[key, value]];
    }),
  );

const named = (name: string) => PROGRAMS.find((program) => program.name === name)!;

describe('a program with invalid values', () => {
  const dir = mkdtempSync(join(tmpdir(), 'relay-wrong-values-'));
  const file = join(dir, 'file');
  beforeAll(() => writeFileSync(file, 'not a state file'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each(
    PROGRAMS.flatMap((program) => ([0, -1] as const).map((at) => [program.name, at, program] as const)),
  )(
    'a program with invalid values ends with code 78 and names every key and remedy, but no value: %s, %i',
    async (_, at, program) => {
      const env = wrongEnv(program, at);
      const { code, signal, lines } = await run(program, { ...program.base, ...env });
      expect({ code, signal, lines }).toMatchObject({ code: 78, signal: null });
      const problems = problemsIn(lines);
      const keys = problems.map((problem) => problem.split(':', 1)[0]!);
      expect(keys.sort()).toEqual(Object.keys(env).sort());
      for (const problem of problems) expect(problem).toMatch(PROBLEM);
      expect(lines.join()).not.toMatch(/zq|planted/);
    },
    60_000,
  );

  const atStart: [program: string, key: string, value: string][] = [
    ['ingestor', 'HOST', FOREIGN_HOST],
    ['projector', 'HOST', FOREIGN_HOST],
    ['gateway-api', 'HOST', 'host.invalid'],
    ['simulator', 'SIM_HOST', FOREIGN_HOST],
    ['simulator', 'SIM_STATE_FILE', dir],
    ['simulator', 'SIM_STATE_FILE', join(file, 'below')],
    ['simulator', 'SIM_STATE_FILE', file],
    ['npm start', 'DATA_DIR', file],
    ['npm start', 'DATA_DIR', join(file, 'below')],
  ];

  it.each(atStart)(
    'a program whose values are found invalid only at its start ends with code 78 and one line: %s, %s',
    async (name, key, value) => {
      const program = named(name);
      const servers = name === 'npm start' ? {} : NO_SERVERS;
      const env = { ...program.base, ...servers, LOG_LEVEL: 'error', [key]: value };
      const { code, signal, lines } = await run(program, env);
      expect({ code, signal, lines }).toMatchObject({ code: 78, signal: null });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(new RegExp(`^(configuration: )?${key}: .*; \\w`));
      expect(lines[0]).not.toContain('planted-1');
    },
    60_000,
  );

  it('every key of every program is tested with invalid values', () => {
    const tested = new Set(atStart.map(([name, key]) => `${name} ${key}`));
    const untested = PROGRAM_KEYS.filter(
      ([name, key, program]) => refusedValues(program, key).length === 0 && !tested.has(`${name} ${key}`),
    );
    expect(untested.map(([name, key]) => `${name} ${key}`)).toEqual([]);
  });
});
