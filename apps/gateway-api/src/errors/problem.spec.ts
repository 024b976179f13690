import { BadRequestException, NotFoundException } from '@nestjs/common';
import { AppError } from '@discord-relay/contracts';
import { toProblem } from './problem.js';

describe('toProblem', () => {
  it('a problem response has the code that sockets use too', () => {
    expect(toProblem(new AppError('CHANNEL.NOT_FOUND'), 'r1')).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'no such channel, or the caller may not see it',
      code: 'CHANNEL.NOT_FOUND',
      retryable: false,
      requestId: 'r1',
    });
  });

  it.each([
    [new BadRequestException(['limit must not be greater than 100']), 400, 'REQUEST.INVALID'],
    [new NotFoundException('Cannot GET /api/x'), 404, 'REQUEST.NOT_FOUND'],
    [Object.assign(new Error('request entity too large'), { status: 413 }), 413, 'REQUEST.TOO_LARGE'],
    [Object.assign(new SyntaxError('Unexpected token'), { status: 400 }), 400, 'REQUEST.INVALID'],
    [new AppError('SERVICE.UNAVAILABLE'), 503, 'SERVICE.UNAVAILABLE'],
    [new AppError('AUTH.FORBIDDEN'), 403, 'AUTH.FORBIDDEN'],
  ])('%s is mapped to its problem response', (failure, status, code) => {
    expect(toProblem(failure, 'r')).toMatchObject({ status, code });
  });

  it.each([new Error('password=hunter2'), 'text', null, undefined])(
    'a problem response reveals nothing about %p',
    (failure) => {
      const problem = toProblem(failure, 'r');
      expect(problem).toMatchObject({ status: 500, code: 'SERVICE.INTERNAL', retryable: true });
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    },
  );

  it('a problem response does not repeat what a parser quotes of the input', () => {
    const failure = Object.assign(new SyntaxError('Unexpected token s in "secret"'), { status: 400 });
    expect(toProblem(failure, 'r').detail).not.toContain('secret');
  });
});
