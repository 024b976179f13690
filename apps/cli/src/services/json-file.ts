import { open, readFile, rename } from 'node:fs/promises';

/** The content of a JSON file; undefined: there is none. @throws Error when it is damaged */
export async function readJsonFile<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) throw new DamagedFileError(path, { cause: error });
    throw error;
  }
}

/** The file is not JSON. */
class DamagedFileError extends Error {
  constructor(path: string, options?: ErrorOptions) {
    super(`${path} is damaged`, options);
  }
}

/** A crash leaves the old content or the new one. */
export async function writeJsonFile(path: string, content: object): Promise<void> {
  const temporary = `${path}.part`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
