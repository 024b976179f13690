// The library that gives programs their own wall clock: FAKETIME_LIBRARY, otherwise Debian's package.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './debian-program.mjs';

const LIBRARIES = '/usr/lib';

/** Path of the library; undefined after a clear message that the tests of clocks are skipped. */
export function findFaketime() {
  if (process.env.FAKETIME_LIBRARY) return process.env.FAKETIME_LIBRARY;
  const purpose = 'the tests of clocks';
  const program = findProgram({
    name: 'faketime',
    packageName: 'faketime',
    key: 'FAKETIME_LIBRARY',
    purpose,
  });
  if (!program) return undefined;
  const folders = [LIBRARIES, ...readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name))];
  return folders.map((folder) => join(folder, 'faketime/libfaketime.so.1')).find((path) => existsSync(path));
}
