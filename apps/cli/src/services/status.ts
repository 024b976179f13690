import { SERVICES, type ServiceName, statusSubject } from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import { requestAll } from './request-all.js';
import { type NatsSettings, withNats } from './nats.js';

/** Every service with the instances that answered within `waitMs`; an empty list means that none answered. */
export type StatusByService = Record<ServiceName, StatusReport[]>;

/** Requests the status of every instance of every service. @throws ConfigError when NATS cannot be reached */
export async function requestStatus(config: NatsSettings, waitMs: number): Promise<StatusByService> {
  return withNats(config, async (connection) => {
    const answers = await Promise.all(
      SERVICES.map((service) => requestAll<StatusReport>(connection, statusSubject(service), {}, { waitMs })),
    );
    return Object.fromEntries(SERVICES.map((service, i) => [service, answers[i]])) as StatusByService;
  });
}
