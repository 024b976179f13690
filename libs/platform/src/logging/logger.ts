import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';
import { redact } from './redaction.js';

export type Logger = PinoLogger;

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/**
 * Writes one JSON object per line to stdout. Callers never pass message content or tokens; secrets in the message or stack of
 * an error are redacted.
 */
export function createLogger(service: string, instance: string, level: string): Logger {
  const options = {
    level,
    base: { service, instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['token', 'authorization', '*.token', '*.authorization'], censor: '[redacted]' },
  };
  const stdout = pino.destination({ dest: 1, sync: true });
  return pino(options, { write: (line: string) => void stdout.write(redact(line)) });
}

/** Logs Nest's messages in the same format, and its start-up messages at level debug. */
export class NestLogAdapter implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }
}
