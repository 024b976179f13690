import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';

export interface RelayAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `relay` as an operator of the stack in that folder does. */
export const relay = (dataDir: string, args: readonly string[]): Promise<RelayAnswer> =>
  relayWith({ DATA_DIR: dataDir }, args);

/** Runs `relay` with these configuration keys. */
export async function relayWith(env: Record<string, string>, args: readonly string[]): Promise<RelayAnswer> {
  const child = spawn(process.execPath, [join(repositoryRoot, 'tools/relay.mjs'), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, stdout, stderr };
}

/** The advice below the findings, each remedy once, in the printed order. */
export function adviceIn(text: string): string[] {
  const ways = text.split('\n').flatMap((line) => /^ +- (.*)$/.exec(line)?.slice(1) ?? []);
  return [...new Set(ways)];
}

/** The arguments of every `relay` command that a text recommends, in order. */
export const commandsIn = (text: string): string[][] =>
  [...text.matchAll(/`relay ([^`]+)`/g)].map(([, command]) => command!.split(' '));
