import { errors, type Msg, type NatsConnection } from '@nats-io/transport-node';

export interface RequestAllOptions<T> {
  waitMs: number;
  /** Ends the wait once an answer satisfies it; default: the wait ends when no more answers arrive for a moment. */
  enough?: (answer: T) => boolean;
}

const STALL_MS = 300;

interface Reply<T> {
  response?: T;
  err?: unknown;
}

/**
 * Sends a request to every listener of a subject and returns the answers that arrive in time. A listener with nothing to say
 * answers without a response. @throws Error when an answer says that the microservice itself failed
 */
export async function requestAll<T>(
  connection: NatsConnection,
  subject: string,
  data: unknown,
  { waitMs, enough }: RequestAllOptions<T>,
): Promise<T[]> {
  // Nest answers a request only if it carries an id.
  const request = JSON.stringify({ pattern: subject, data, id: 'relay' });
  const replies = await connection.requestMany(subject, request, {
    strategy: 'stall',
    maxWait: waitMs,
    stall: enough ? waitMs : Math.min(STALL_MS, waitMs),
  });
  const answers: T[] = [];
  for await (const reply of unlessNobodyListens(replies)) {
    const { response, err } = reply.json<Reply<T>>();
    if (err) throw new Error(`${subject}: ${JSON.stringify(err)}`);
    if (response === undefined) continue;
    answers.push(response);
    if (enough?.(response)) break;
  }
  return answers;
}

/** Ends without an error when the subject has no listeners. */
async function* unlessNobodyListens(replies: AsyncIterable<Msg>): AsyncGenerator<Msg> {
  try {
    yield* replies;
  } catch (error) {
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
}
