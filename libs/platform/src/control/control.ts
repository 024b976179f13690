import { randomUUID } from 'node:crypto';
import { redact } from '../logging/redaction.js';
import type { z } from 'zod';
import type { Logger } from '../logging/logger.js';

export interface ControlRequest {
  /** The only instance that acts and answers; default: every instance. */
  instance?: string;
  /** The input of the command. */
  input?: unknown;
  /** Who sends the request, for the audit. */
  by?: string;
  /** Identifies the request across the instances that carry it out. */
  requestId?: string;
}

/** A command that an instance has carried out or refused. */
export interface CommandRecord {
  command: string;
  by: string | undefined;
  requestId: string;
  input: unknown;
  /** The error code if the command was refused; undefined if it was carried out. */
  code: string | undefined;
}

/** The answer of one instance. `error.code` is one of the documented codes. */
export type ControlAnswer<T = unknown> =
  | { instance: string; ok: true; result: T }
  | { instance: string; ok: false; error: { code: string; message: string } };

interface Command {
  input: z.ZodType;
  run: (input: never) => unknown;
}

/**
 * The commands that a process accepts over NATS request/reply. A command that returns undefined is not answered by this instance,
 * because another one answers.
 */
export class ControlRegistry {
  private readonly commands = new Map<string, Command>();
  private onDone: (record: CommandRecord) => Promise<void> | void = () => undefined;

  constructor(
    private readonly instance: string,
    private readonly logger: Logger,
  ) {}

  /** Adds a command. A request whose input does not match the schema is refused; `run` may return a promise. */
  register<I>(name: string, input: z.ZodType<I>, run: (input: I) => unknown): void {
    this.commands.set(name, { input, run });
  }

  /** Sets a callback that is awaited after every command that this instance carried out or refused; it must not throw. */
  observe(onDone: (record: CommandRecord) => Promise<void> | void): void {
    this.onDone = onDone;
  }

  /** Runs a command and never throws; undefined when the request is not for this instance. */
  async answer(name: string, data: unknown): Promise<ControlAnswer | undefined> {
    const request = requestOf(data);
    if (!request) return this.refuse(name, 'REQUEST.INVALID', 'a request is { instance?, input? } in JSON');
    if (request.instance !== undefined && request.instance !== this.instance) return undefined;
    const command = this.commands.get(name);
    if (!command) {
      const known = [...this.commands.keys()].join(', ') || 'none';
      return this.refuse(name, 'REQUEST.NOT_FOUND', `no command ${name}; known: ${known}`);
    }
    const input = command.input.safeParse(request.input ?? {});
    if (input.success) return this.run(name, command, input.data, request);
    const problems = input.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'input'}: ${message}`,
    );
    return this.refuse(name, 'REQUEST.INVALID', problems.join('; '));
  }

  private async run(
    name: string,
    command: Command,
    input: unknown,
    { by, requestId = randomUUID() }: ControlRequest,
  ): Promise<ControlAnswer | undefined> {
    const record = { command: name, by, requestId, input };
    try {
      const result = await command.run(input as never);
      if (result === undefined) return undefined;
      await this.onDone({ ...record, code: undefined });
      this.logger.debug({ command: name }, 'control command done');
      return { instance: this.instance, ok: true, result };
    } catch (error) {
      const { code = 'SERVICE.INTERNAL', message } = error as Error & { code?: string };
      await this.onDone({ ...record, code: named(code) });
      this.logger.warn({ err: error, command: name }, 'control command failed');
      return { instance: this.instance, ok: false, error: { code: named(code), message: redact(message) } };
    }
  }

  private refuse(name: string, code: string, message: string): ControlAnswer {
    this.logger.warn({ command: name, code }, 'control request refused');
    return { instance: this.instance, ok: false, error: { code, message } };
  }
}

/** Replaces undocumented error codes, such as those of drivers; the message stays. */
const named = (code: string): string => (/^[A-Z]+\.[A-Z_]+$/.test(code) ? code : 'SERVICE.INTERNAL');

function requestOf(data: unknown): ControlRequest | null {
  if (data === undefined || data === null) return {};
  if (typeof data !== 'object' || Array.isArray(data)) return null;
  const { instance, by, requestId } = data as Record<string, unknown>;
  const texts = [instance, by, requestId].every((each) => each === undefined || typeof each === 'string');
  return texts ? (data as ControlRequest) : null;
}
