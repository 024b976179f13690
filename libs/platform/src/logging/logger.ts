import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';
import { redact } from './redaction.js';

export type Logger = PinoLogger;

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

/** One JSON object a line on stdout. Callers never pass message content or tokens; what slips
 * into an error's message or stack is taken out of the line. */
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

/** Nest's own messages in the same format; its start-up chatter only at debug. */
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
