import { SERVICES, type ServiceName, statusSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import { natsOptions, type PlatformConfig } from '@discord-relay/platform';
import { connect, type NatsConnection } from '@nats-io/transport-node';

type NatsKeys = Pick<PlatformConfig, 'NATS_URL' | 'NATS_CREDENTIALS_FILE' | 'NATS_TLS_CA_FILE'>;

/** Every service with the instances that answered within `waitMs`; an empty list: none did. */
export type StatusByService = Record<ServiceName, StatusReport[]>;

/** Asks every instance of every service. @throws Error when NATS cannot be reached */
export async function askStatus(config: NatsKeys, waitMs: number): Promise<StatusByService> {
  const options = {
    ...(await natsOptions(config, 'relay-cli')),
    maxReconnectAttempts: 0,
    waitOnFirstConnect: false,
  };
  const connection = await connect({ ...options, timeout: 3_000 });
  try {
    const answers = await Promise.all(SERVICES.map((service) => askService(connection, service, waitMs)));
    return Object.fromEntries(SERVICES.map((service, i) => [service, answers[i]])) as StatusByService;
  } finally {
    await connection.close();
  }
}

async function askService(
  connection: NatsConnection,
  service: ServiceName,
  waitMs: number,
): Promise<StatusReport[]> {
  const reports: StatusReport[] = [];
  // Nest answers a request only when it carries an id.
  const request = JSON.stringify({ pattern: statusSubject(service), data: {}, id: 'status' });
  const replies = await connection.requestMany(statusSubject(service), request, {
    strategy: 'stall',
    maxWait: waitMs,
    stall: Math.min(300, waitMs),
  });
  for await (const reply of replies) {
    if (reply.headers?.code === 503) continue;
    const { response } = reply.json<{ response?: StatusReport }>();
    if (response) reports.push(response);
  }
  return reports;
}
