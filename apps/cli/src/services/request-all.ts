import { errors, type Msg, type NatsConnection } from '@nats-io/transport-node';

export interface RequestAllOptions<T> {
  waitMs: number;
  /** Ends the waiting when it has come; unless given, waiting ends when no more answers come for a moment. */
  enough?: (answer: T) => boolean;
}

const STALL_MS = 300;

interface Reply<T> {
  response?: T;
  err?: unknown;
}

/**
 * Asks whoever listens on a subject and returns the answers that come in time. Who has nothing to say answers without
 * a response. @throws Error when an answer says that the microservice itself failed
 */
export async function requestAll<T>(
  connection: NatsConnection,
  subject: string,
  data: unknown,
  { waitMs, enough }: RequestAllOptions<T>,
): Promise<T[]> {
  // Nest answers a request only when it carries an id.
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

/** Ends, rather than fails, where nobody listens on the subject. */
async function* unlessNobodyListens(replies: AsyncIterable<Msg>): AsyncGenerator<Msg> {
  try {
    yield* replies;
  } catch (error) {
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
}
