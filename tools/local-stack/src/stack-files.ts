import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '@discord-relay/platform/config';
import { z } from 'zod';

export interface Secrets {
  jwtSecret: string;
  postgresPassword: string;
  /** 32 bytes in base64. */
  webhookKey: string;
}

const storedSecrets = z
  .object({ jwtSecret: z.string(), postgresPassword: z.string(), webhookKey: z.string() })
  .partial();

/**
 * The stack's own secrets, generated once and readable by the owner only.
 * @throws ConfigError when they are damaged, or missing although there is a database that needs them
 */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json');
  const stored = await readSecrets(path);
  if (!stored.postgresPassword && existsSync(join(dataDir, 'postgres/cluster/PG_VERSION')))
    throw unusableSecrets(path, 'has no password for the database in this folder');
  const secrets = {
    jwtSecret: randomBytes(32).toString('hex'),
    postgresPassword: randomBytes(16).toString('hex'),
    webhookKey: randomBytes(32).toString('base64'),
    ...stored,
  };
  // A stack of an earlier version has generated only some of the secrets.
  if (Object.keys(stored).length === Object.keys(secrets).length) return secrets;
  await mkdir(dataDir, { recursive: true });
  // Written atomically, because a partial file would make the database inaccessible.
  await writeFile(`${path}.new`, JSON.stringify(secrets), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return secrets;
}

async function readSecrets(path: string): Promise<Partial<Secrets>> {
  if (!existsSync(path)) return {};
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusableSecrets(path, `cannot be read (${error.code ?? error.message})`);
  });
  try {
    return storedSecrets.parse(JSON.parse(text));
  } catch {
    // The parser's message would quote the file.
    throw unusableSecrets(path, 'is damaged');
  }
}

const unusableSecrets = (path: string, why: string): ConfigError =>
  new ConfigError([
    `DATA_DIR: ${path} ${why}; restore the file from a backup, or delete the folder to start anew`,
  ]);

const stackFile = (dataDir: string): string => join(dataDir, 'stack.env');

/** Writes how to reach this stack, for the CLI and the next start. Contains secrets, so only the owner may read it. */
export async function writeStackFile(dataDir: string, env: Record<string, string>): Promise<void> {
  const lines = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  await writeFile(stackFile(dataDir), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Reads the file of the last stack in this folder; empty if there was none. */
export async function readStackFile(dataDir: string): Promise<Partial<Record<string, string>>> {
  if (!existsSync(stackFile(dataDir))) return {};
  return parseEnv(await readFile(stackFile(dataDir), 'utf8'));
}
