import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import { LOGGER, type Logger } from '@discord-relay/platform';
import { allowedMethods } from './allowed-methods.js';
import { requestIdOf } from './request-log.js';
import { toProblem } from '../../errors/problem.js';

const RETRY_AFTER_S = 2;

/** Turns every failure of an HTTP request into problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const failure =
      thrown instanceof NotFoundException ? (wrongMethod(http.getRequest(), response) ?? thrown) : thrown;
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

/** The error for a path that has endpoints, but none with the method of the request; it also sets `Allow`. */
function wrongMethod(request: Request, response: Response): AppError | undefined {
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method) || response.headersSent) return undefined;
  response.setHeader('Allow', allowed.join(', '));
  return new AppError('REQUEST.METHOD_NOT_ALLOWED', `this resource has ${allowed.join(', ')}`);
}
