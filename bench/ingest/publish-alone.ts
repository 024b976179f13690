import { once } from 'node:events';
import { startNatsServer } from '@discord-relay/local-stack';
import { forkAsService } from '../../test/support/processes/worker-process.js';

/** `ingestor`: from dispatch to acknowledgement; `publisher`: events built in advance; `client`: with the bare client. */
export type Through = 'ingestor' | 'publisher' | 'client';

/** The events to publish again, and where. */
export interface PublishRequest {
  fromUrl: string;
  firstSequence: number;
  count: number;
  toUrl: string;
  through: Through;
}

export interface PublishAnswer {
  perS: number;
  /** CPU time of the process for each event, microseconds. */
  cpuUs: number;
}

/** Publishes the events of a log into the log of a fresh broker, from a process that does nothing else. */
export async function publishAlone(request: Omit<PublishRequest, 'toUrl'>): Promise<PublishAnswer> {
  const nats = await startNatsServer();
  const worker = forkAsService('bench/ingest/publish-worker.js');
  try {
    const ended = once(worker, 'exit').then(([code]) => {
      throw new Error(`the publishing process ended (code ${String(code)})`);
    });
    const answered = once(worker, 'message') as Promise<[PublishAnswer]>;
    worker.send({ ...request, toUrl: nats.url } satisfies PublishRequest);
    ended.catch(() => undefined);
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  } finally {
    worker.kill();
    await nats.stop();
  }
}
