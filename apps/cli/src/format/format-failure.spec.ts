import { AppError } from '@discord-relay/contracts';
import { formatFailure } from './format-failure.js';

describe('formatFailure', () => {
  it('a failure of the product has its code, by which docs/errors.md explains it', () => {
    expect(formatFailure(new AppError('PROJECTION.NOT_FOUND', 'there is no projection 9'))).toBe(
      'PROJECTION.NOT_FOUND: there is no projection 9',
    );
  });

  it('another failure has its kind and message, without control characters', () => {
    expect(formatFailure(new TypeError('bad\u001b[31m'))).toBe('TypeError: bad\\u001b[31m');
  });
});
