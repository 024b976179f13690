import { randomUUID } from 'node:crypto';
import {
  AppError,
  commandSubject,
  ERROR_CODES,
  type ErrorCode,
  type ProjectorCommand,
  type ProjectorCommands,
} from '@discord-relay/contracts';
import type { ControlAnswer } from '@discord-relay/platform';
import { requestAll } from './request-all.js';
import { type NatsSettings, withNats } from './nats.js';
import { operatorName } from './operator-name.js';
import { watchForEnd } from './watch-for-end.js';

type Input<C extends ProjectorCommand> = ProjectorCommands[C]['input'];
type Result<C extends ProjectorCommand> = ProjectorCommands[C]['result'];

export interface CommandOptions {
  /** How long to wait for answers, in milliseconds. */
  waitMs: number;
  /** The only projector that acts; default: any. */
  instance?: string;
}

/**
 * Sends a command that all projectors answer alike; every projector runs it and the first answer counts.
 * @throws ConfigError when NATS cannot be reached
 * @throws AppError SERVICE.UNAVAILABLE when no projector answers or the instance ends before it answers, else with the code of the
 * answer
 */
export async function requestProjector<C extends ProjectorCommand>(
  config: NatsSettings,
  command: C,
  input: Input<C>,
  { waitMs, instance }: CommandOptions,
): Promise<Result<C>> {
  const subject = commandSubject('projector', command);
  const request = {
    ...(instance !== undefined && { instance }),
    input,
    by: `cli:${operatorName()}`,
    requestId: randomUUID(),
  };
  return await withNats(config, async (connection) => {
    const pending = requestAll<ControlAnswer<Result<C>>>(connection, subject, request, {
      waitMs,
      enough: () => true,
    });
    if (instance === undefined) return firstSuccess(await pending);
    const answered = new AbortController();
    const ended = watchForEnd(connection, instance, answered.signal);
    const answers = await Promise.race([pending, ended]).finally(() => answered.abort());
    return firstSuccess(answers ?? []);
  });
}

/** The first success. @throws AppError with the first failure, or SERVICE.UNAVAILABLE when there is no answer at all */
export function firstSuccess<T>(answers: ControlAnswer<T>[], service = 'projector'): T {
  const good = answers.find((answer) => answer.ok);
  if (good) return good.result;
  const bad = answers.find((answer) => !answer.ok);
  if (!bad) throw new AppError('SERVICE.UNAVAILABLE', `no ${service} answers: is one running?`);
  const { code, message } = bad.error;
  throw new AppError(isErrorCode(code) ? code : 'SERVICE.INTERNAL', `${message} (${code}, ${bad.instance})`);
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);
