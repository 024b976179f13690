import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { Response } from 'express';
import { LOGGER, type Logger } from '@discord-relay/platform';
import { requestIdOf } from './request-log.js';
import { toProblem } from '../../errors/problem.js';

const RETRY_AFTER_S = 2;

/** Turns every failure of an HTTP request into problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(failure: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const requestId = requestIdOf(response);
    const problem = toProblem(failure, requestId);
    if (problem.status === 500) this.logger.error({ err: failure, requestId }, 'request failed');
    if (response.headersSent) return void response.destroy();
    response.setHeader('Cache-Control', 'no-store');
    if ((problem.status === 503 || problem.status === 429) && !response.hasHeader('Retry-After'))
      response.setHeader('Retry-After', RETRY_AFTER_S);
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.locals.code = problem.code;
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
