import { errors, type NatsConnection } from '@nats-io/transport-node';
import { type ServiceName, statusSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';

const ANSWER_MAX_WAIT_MS = 1_000;
const ANSWER_STALL_MS = 250;

/** The reports of all processes of a service that answer; empty if there is none. @throws the driver's error without NATS */
export async function queryStatus(connection: NatsConnection, service: ServiceName): Promise<StatusReport[]> {
  const subject = statusSubject(service);
  // Nest answers a request only if it carries an id.
  const request = JSON.stringify({ pattern: subject, data: {}, id: 'source' });
  const replies = await connection.requestMany(subject, request, {
    strategy: 'stall',
    maxWait: ANSWER_MAX_WAIT_MS,
    stall: ANSWER_STALL_MS,
  });
  const reports: StatusReport[] = [];
  try {
    for await (const reply of replies) {
      const { response } = reply.json<{ response?: StatusReport }>();
      if (response) reports.push(response);
    }
  } catch (error) {
    // NATS answers, but no process is subscribed.
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
  return reports;
}
