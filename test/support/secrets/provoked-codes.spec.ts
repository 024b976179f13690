import { AppError, redactErrorsWith } from '@discord-relay/contracts';
import { registerSecret, redact } from '@discord-relay/platform';
import { errorSites } from './error-messages.js';
import { ALL_CODES, CODES_FROM_ELSEWHERE, PROVOKED_BY_FAULTS, PROVOKED } from './provoked-codes.js';

const PASSWORD = 'planted-password-of-postgres';

describe('error codes', () => {
  const sites = errorSites();

  it('error codes are all provoked among planted secrets', () => {
    const listed = [...PROVOKED, ...Object.keys(PROVOKED_BY_FAULTS)];
    expect(listed.toSorted()).toEqual([...ALL_CODES].sort());
  });

  it.each(Object.entries(PROVOKED_BY_FAULTS))(
    'error codes that only faults provoke have messages of constant text and of listed parts: %s',
    (code, listed) => {
      const parts = sites.filter((site) => site.code === code).flatMap((site) => site.parts);
      expect([...new Set(parts)].sort()).toEqual(Object.keys(listed).sort());
    },
  );

  it('error codes are written where the error is made, apart from listed files', () => {
    const unknown = sites.filter(({ code }) => code === null).map(({ file }) => file);
    expect(unknown.sort()).toEqual(Object.keys(CODES_FROM_ELSEWHERE).sort());
  });

  it('error codes are found in the sources with the parts of their messages', () => {
    const partsOf = (target: string) =>
      sites.filter(({ code }) => code === target).flatMap(({ parts }) => parts);
    expect(partsOf('PROJECTION.IN_USE')).toEqual(['version']);
    expect(partsOf('DATABASE.LOCKED')).toEqual(expect.arrayContaining(['purpose', 'holder']));
    expect(partsOf('AUTH.FORBIDDEN')).toEqual(['pattern']);
    expect(partsOf('SOCKET.TOO_SLOW')).toEqual([]);
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
