/** Where the exporter puts downloaded files; default: `export.json_Files`. */
const DEFAULT_FOLDER = /_Files$/;
const ADDRESS = /^[a-z][a-z\d+.-]+:\/\//i;

export type MediaPath =
  /** Names of folders and of the file, from the folder of the export on. */
  | { kind: 'beside'; names: readonly [string, ...string[]] }
  /** An address: the export has no file of it. */
  | { kind: 'remote' }
  /** A path that an exporter does not write: outside the folder of the media. */
  | { kind: 'refused' };

/**
 * The path of a downloaded file, as an export has it in place of an address; with `\` if it was written on Windows. Only files in the
 * folder of the media are accepted: a hostile export could name any file that is near it.
 * @param folder name of the folder of the media; default: those whose names end in `_Files`
 */
export function mediaPath(url: unknown, folder?: string): MediaPath {
  if (typeof url !== 'string' || url === '' || ADDRESS.test(url)) return { kind: 'remote' };
  const [first = '', ...rest] = url.replaceAll('\\', '/').split('/');
  const isExpected = folder === undefined ? DEFAULT_FOLDER.test(first) : first === folder;
  if (!isExpected || rest.length === 0 || ![first, ...rest].every(isPlain)) return { kind: 'refused' };
  return { kind: 'beside', names: [first, ...rest] };
}

/** Not empty, not hidden, not `..`, and without characters that file systems treat differently. */
const isPlain = (name: string): boolean => /^[^.\p{Cc}:][^\p{Cc}:]*$/u.test(name);
