import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '@discord-relay/platform/config';
import { commandLineOf } from './child.js';

export interface Secrets {
  jwtSecret: string;
  postgresPassword: string;
  /** 32 bytes in base64. */
  webhookKey: string;
}

/** The stack's own secrets, made once and kept readable by the owner alone. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json');
  const stored = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Partial<Secrets>) : {};
  const secrets = {
    jwtSecret: randomBytes(32).toString('hex'),
    postgresPassword: randomBytes(16).toString('hex'),
    webhookKey: randomBytes(32).toString('base64'),
    ...stored,
  };
  // A stack of an earlier version has not made them all.
  if (Object.keys(stored).length === Object.keys(secrets).length) return secrets;
  await mkdir(dataDir, { recursive: true });
  await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

const stackFile = (dataDir: string): string => join(dataDir, 'stack.env');

/** Tells the CLI, and the next start, how to reach this stack. Holds secrets: readable by the owner alone. */
export async function writeStackFile(dataDir: string, env: Record<string, string>): Promise<void> {
  const lines = Object.entries({ ...env, RELAY_STACK_PID: String(process.pid) }).map(
    ([key, value]) => `${key}=${value}`,
  );
  await writeFile(stackFile(dataDir), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** What the last stack on this folder wrote; empty when there was none. */
export async function readStackFile(dataDir: string): Promise<Partial<Record<string, string>>> {
  if (!existsSync(stackFile(dataDir))) return {};
  return parseEnv(await readFile(stackFile(dataDir), 'utf8'));
}

/** @throws ConfigError when another stack runs on the same folder */
export async function refuseSecondStack(dataDir: string): Promise<void> {
  const { RELAY_STACK_PID } = await readStackFile(dataDir);
  if (RELAY_STACK_PID === undefined) return;
  const pid = Number(RELAY_STACK_PID);
  if (pid !== process.pid && commandLineOf(pid)?.includes('start.mjs')) {
    throw new ConfigError([
      `DATA_DIR: ${dataDir} is in use by process ${pid}; stop it, or set another DATA_DIR`,
    ]);
  }
}
