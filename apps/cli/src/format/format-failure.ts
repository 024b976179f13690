import { AppError } from '@discord-relay/contracts';
import { ConfigError, redact } from '@discord-relay/platform';
import { escapeControlsInLines } from './escape-controls.js';

/** Why a command failed, without secrets: `CODE: message` as in docs/errors.md, or every problem of the configuration. */
export const formatFailure = (error: unknown): string => escapeControlsInLines(redact(reasonOf(error)));

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.join('\n');
  if (error instanceof AppError) return `${error.code}: ${error.message}`;
  return String(error);
}
