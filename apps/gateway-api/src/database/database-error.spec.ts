import { AppError } from '@discord-relay/contracts';
import { databaseError } from './with-client.js';

const withCode = (code?: string) => Object.assign(new Error('x'), { code });

describe('databaseError', () => {
  it.each(['ECONNREFUSED', '57P01', '53300', '08006', undefined])(
    'databaseError treats %p as an unavailable database',
    (code) => {
      expect(databaseError(withCode(code))).toMatchObject({ code: 'SERVICE.UNAVAILABLE', retryable: true });
    },
  );

  it.each(['42P01', '22003', '42601'])(
    'databaseError leaves %s, an error of the statement, unchanged',
    (code) => {
      const error = withCode(code);
      expect(databaseError(error)).toBe(error);
    },
  );

  it('databaseError leaves our own errors unchanged', () => {
    const error = new AppError('CHANNEL.NOT_FOUND');
    expect(databaseError(error)).toBe(error);
  });
});
