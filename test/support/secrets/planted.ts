import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Every planted secret contains this; no output may. */
export const MARK = `pl4nted${randomBytes(4).toString('hex')}`;

/** A unique secret that says where it was planted. */
export const planted = (where: string): string => `${MARK}-${where}`;

/** 32 bytes whose base64 is searched for as well. */
export const PLANTED_KEY = Buffer.from(MARK.padEnd(32, 'k')).toString('base64');

/** The places of a mark, or any other secret, in a text, with their surroundings. */
export function leaksIn(source: string, text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const at = text.indexOf(secret);
    return at === -1 ? [] : [`${source}: …${text.slice(Math.max(0, at - 300), at + secret.length + 60)}…`];
  });
}

/** The keys of an environment in which a secret is planted, in the value or in the file that it names. */
export const plantedKeysOf = (env: Record<string, string>): string[] =>
  Object.entries(env)
    .filter(([, value]) => value.includes(MARK) || value === PLANTED_KEY || holdsMark(value))
    .map(([key]) => key);

const holdsMark = (path: string): boolean =>
  path.startsWith(tmpdir()) && existsSync(path) && statSync(path).isFile()
    ? readFileSync(path, 'utf8').includes(MARK)
    : false;
