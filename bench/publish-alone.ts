import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SERVICE_NODE_FLAGS, startNatsServer } from '@discord-relay/local-stack';

/** Which events are published again, where, and with what: the ingestor's own publisher or the bare client. */
export interface PublishRequest {
  fromUrl: string;
  firstSequence: number;
  count: number;
  toUrl: string;
  with: 'publisher' | 'client';
}

export interface PublishAnswer {
  perS: number;
  /** CPU time of the process for each event, microseconds. */
  cpuUs: number;
}

/** Publishes events that a log has into the log of a fresh broker, from a process that does nothing else. */
export async function publishAlone(request: Omit<PublishRequest, 'toUrl'>): Promise<PublishAnswer> {
  const nats = await startNatsServer();
  const worker = fork(fileURLToPath(new URL('./publish-worker.js', import.meta.url)), {
    execArgv: [...SERVICE_NODE_FLAGS],
  });
  try {
    const ended = once(worker, 'exit').then(([code]) => {
      throw new Error(`the publishing process ended (code ${String(code)})`);
    });
    const answered = once(worker, 'message') as Promise<[PublishAnswer]>;
    worker.send({ ...request, toUrl: nats.url } satisfies PublishRequest);
    const [answer] = await Promise.race([answered, ended]);
    ended.catch(() => undefined);
    return answer;
  } finally {
    worker.kill();
    await nats.stop();
  }
}
