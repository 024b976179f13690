import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, redactErrorsWith } from '@discord-relay/contracts';
import { registerSecret, redact } from '@discord-relay/platform';
import { ALL_CODES, FIXED, NOT_PROVOKED, PROVOKED } from './provoked-codes.js';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.spec.ts'))
    .map((path) => readFileSync(join(ROOT, folder, path), 'utf8')),
);
const PASSWORD = 'planted-password-of-postgres';

/** The messages that the sources give an error with this code; empty for its meaning. */
const messagesOf = (code: string): string[] =>
  SOURCES.flatMap((source) => [
    ...source.matchAll(
      new RegExp(`new AppError\\(\\s*'${code.replace('.', '\\.')}'(?:,\\s*([^]{1,40}))?`, 'g'),
    ),
  ]).map(([, message = '']) => message);

describe('error codes', () => {
  it('error codes are provoked among planted secrets, or have a reason why their messages contain no secret', () => {
    const listed = [...PROVOKED, ...Object.keys(NOT_PROVOKED)];
    expect(listed.toSorted()).toEqual([...ALL_CODES].sort());
  });

  it.each(Object.entries(NOT_PROVOKED).filter(([, reason]) => reason === FIXED))(
    'the error codes of %s have the fixed messages that are listed',
    (code) => {
      const composed = messagesOf(code).filter((message) => !/^(?:$|undefined\b|'[^']*')/.test(message));
      expect(composed).toEqual([]);
    },
  );

  it('finds a composed message in the sources', () => {
    expect(messagesOf('PROJECTION.IN_USE')).toEqual([expect.stringMatching(/^`projection \$\{/)]);
  });

  it.each(ALL_CODES)(
    '%s contains no log-in of the configuration, whatever its message is made of',
    (code) => {
      registerSecret('DATABASE_URL', `postgres://relay:${PASSWORD}@db/relay`);
      redactErrorsWith(redact);
      const { message } = new AppError(code, `password=${PASSWORD} at postgres://relay:${PASSWORD}@db`);
      expect(message).not.toContain(PASSWORD);
    },
  );
});
