import { z } from 'zod';
import { isMalformedJson, statusOf } from '../../http/http-status.js';
import { WorldError } from '../../state/model/world-error.js';

/** An error response of the control API. `code` is stable. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly issues: readonly string[] = [],
  ) {
    super(message);
    this.name = 'ControlError';
  }

  get body(): object {
    return {
      code: this.code,
      message: this.message,
      ...(this.issues.length > 0 ? { issues: this.issues } : {}),
    };
  }

  static from(error: unknown): ControlError {
    if (error instanceof ControlError) return error;
    if (error instanceof WorldError) return fromWorld(error);
    if (error instanceof z.ZodError) return fromZod(error);
    if (isMalformedJson(error))
      return new ControlError(400, 'SIM.INVALID_JSON', 'the body is not valid JSON');
    const status = statusOf(error);
    if (status === 404) return new ControlError(404, 'SIM.UNKNOWN_ROUTE', 'no such control route');
    return new ControlError(
      status,
      status < 500 ? 'SIM.BAD_REQUEST' : 'SIM.INTERNAL',
      `the request failed (${status})`,
    );
  }
}

function fromWorld(error: WorldError): ControlError {
  const status = error.code.startsWith('UNKNOWN_') ? 404 : 409;
  return new ControlError(status, `SIM.${error.code}`, error.message);
}

function fromZod(error: z.ZodError): ControlError {
  const issues = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return new ControlError(400, 'SIM.INVALID_BODY', 'the request does not have the documented shape', issues);
}
