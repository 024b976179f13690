import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { parseNatsUrl } from './nats-url.js';
import { filesOf, normalizePostgresUrl } from './postgres-url.js';

/** Free text, such as a name or a path. Control characters are rejected, because they come from a broken file or script. */
export const text = () =>
  z.string().refine((value) => !/\p{Cc}/u.test(value), { error: 'must not contain control characters' });

/** An integer from the environment within bounds; the unit belongs in the key's name. */
export const integer = (min: number, max: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${min} to ${max}` })
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

/** `true`, `false`, `1` or `0` from the environment. */
export const flag = () =>
  z
    .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
    .transform((v) => v === 'true' || v === '1');

/** Like {@link urlWithLogin}, but without a user or password: `fetch` rejects those and repeats them in its error. */
export const url = (...schemes: string[]) =>
  urlWithLogin(...schemes).refine((value) => !URL.canParse(value) || hasNoLogin(new URL(value)), {
    error: 'must not have a user or password before the host: it is not used; remove it',
  });

const hasNoLogin = ({ username, password }: URL): boolean => username === '' && password === '';

/** A URL with one of the given schemes. */
export const urlWithLogin = (...schemes: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', '')), {
      error: `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    });

/** Comma-separated URLs of NATS servers, with the log-in before the host. */
export const natsUrl = () =>
  z.string().superRefine((value, context) => {
    try {
      parseNatsUrl(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
  });

/** A URL of Postgres as libpq and node-pg accept it, normalized for this code and the driver. */
export const postgresUrl = () =>
  z.string().transform((value, context) => {
    try {
      const url = normalizePostgresUrl(value);
      const [parameter] = filesOf(url).find(([, path]) => !isReadable(path)) ?? [];
      if (parameter === undefined) return url;
      context.addIssue({
        code: 'custom',
        message: `${parameter} must be the path of a file that can be read`,
      });
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
    }
    return z.NEVER;
  });

/** A secret. Surrounding white space, which files and shells often add, is removed. */
export const secret = () =>
  z
    .string()
    .transform((value) => value.trim())
    .refine((value) => !/[\s\p{Cc}]/u.test(value), {
      error: 'must not contain white space or control characters',
    });

/** Path of a readable file. */
export const readableFile = () =>
  z.string().refine((path) => isReadable(path), { error: 'must be the path of a file that can be read' });

/** Path of a folder, which need not exist yet; `base`: the folder of relative paths, default: the working directory. */
export const folder = (base = '') =>
  text().refine((path) => isBelowFolder(resolve(base, path)), {
    error: 'must be the path of a folder: the path is, or is below, a file; correct it or move the file away',
  });

/** Whether the nearest existing ancestor of the path, or the path itself, is a folder. */
function isBelowFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A path that may not be inspected is accepted here; the code that opens it reports the error.
    if (code !== 'ENOENT') return code !== 'ENOTDIR';
    return isBelowFolder(dirname(path));
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
