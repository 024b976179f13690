import { connect, type Subscription } from '@nats-io/transport-node';
import { type ShardState, type SourceStatus, statusSubject } from '@discord-relay/contracts';
import { startNatsServer, until } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { SourceMonitor } from './source-monitor.js';

const AT = '2026-01-01T12:00:00.000Z';

it('the source status follows the ingestors: connected, partly connected, gone, and unreachable', async () => {
  const nats = await startNatsServer();
  const ingestors = await connect({ servers: nats.url });
  const answer = (shards: Record<number, ShardState>): Subscription => {
    const listed = Object.entries(shards).map(([id, state]) => ({ id: Number(id), state }));
    const report = JSON.stringify({ response: { detail: { shards: listed, lastEventAt: AT } } });
    const callback = (_: unknown, message: { respond: (text: string) => boolean }) =>
      void message.respond(report);
    return ingestors.subscribe(statusSubject('ingestor'), { callback });
  };
  const logger = createLogger('test', 'test', 'fatal');
  const link = new NatsLink({ NATS_URL: nats.url }, 'test', new HealthRegistry('t', 't', '0'), logger);
  const reported: SourceStatus[] = [];
  const watch = new SourceMonitor(link, (status) => void reported.push(status), logger);
  const reaches = (state: SourceStatus['state']) =>
    until(state, 20_000, () => (watch.status.state === state ? true : undefined));

  expect(watch.status).toEqual({ state: 'unknown', ingestors: 0, shards: [], lastEventAt: null });
  const [first, second] = [answer({ 0: 'CONNECTED' }), answer({ 1: 'CONNECTED' })];
  await ingestors.flush();
  watch.onModuleInit();
  await reaches('connected');
  expect(watch.status).toMatchObject({ ingestors: 2, lastEventAt: AT });
  second.unsubscribe();
  answer({ 1: 'RECONNECTING' });
  await reaches('partial');
  await ingestors.close();
  await reaches('disconnected');
  expect(watch.status).toEqual({ state: 'disconnected', ingestors: 0, shards: [], lastEventAt: AT });
  expect(first.isClosed()).toBe(true);
  expect(reported.map(({ state }) => state)).toEqual(['connected', 'partial', 'disconnected']);

  await nats.stop();
  await reaches('unknown');
  watch.beforeApplicationShutdown();
  await (await link.connection).close();
}, 60_000);
