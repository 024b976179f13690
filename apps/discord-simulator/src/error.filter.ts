import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from 'pino';
import { OAuthError } from './oauth/oauth-error.js';
import { WorldError } from './state/model/world-error.js';
import { ControlError } from './sim/bodies/control-error.js';
import { isMalformedJson, statusOf } from './http/http-status.js';
import { DiscordError, fromWorldError } from './http/discord-error.js';

interface HttpRequest {
  method: string;
  path: string;
}

interface HttpResponse {
  status(code: number): { json(body: object): unknown };
}

/** Turns every failure into a response: below `/_sim` in the control API's format, elsewhere in Discord's. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const isControl = request.path.startsWith('/_sim');
    const answer = isControl ? ControlError.from(error) : discordErrorOf(error);
    if (answer.status >= 500 && !(error instanceof WorldError)) {
      this.logger.error({ event: 'http.failed', method: request.method, path: request.path, err: error });
    }
    http.getResponse<HttpResponse>().status(answer.status).json(answer.body);
  }
}

function discordErrorOf(error: unknown): DiscordError | OAuthError {
  if (error instanceof DiscordError || error instanceof OAuthError) return error;
  if (error instanceof WorldError) return fromWorldError(error.code);
  if (isMalformedJson(error)) return new DiscordError(400, 50109, 'The request body contains invalid JSON.');
  const status = statusOf(error);
  if (status === 404) return new DiscordError(404, 0, '404: Not Found');
  if (status === 413) return new DiscordError(413, 40005, 'Request entity too large');
  return new DiscordError(status, 0, `${status}: ${status < 500 ? 'Bad Request' : 'Internal Server Error'}`);
}
