import { until } from '@discord-relay/local-stack';
import { LOG_STREAM } from '@discord-relay/contracts';
import { EventLog } from '../testing/event-log.js';
import { EventsClient } from '../testing/events-client.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { tokenFor } from '../testing/tokens.js';

/** More than the buffers of two sockets hold. */
const EVENTS = 3_000;
const TOPIC_CHARS = 8_000;
/** A figure that did not change in so many checks in a row has come to rest. */
const CHECKS_AT_REST = 20;

let gateway: TestGateway;
let log: EventLog;
let analyst: string;

afterEach(async () => {
  await log.close();
  await gateway.stop();
});

async function start(env: Record<string, string> = {}): Promise<void> {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '100', ...env });
  log = await EventLog.create(gateway.nats.url, gateway.world);
  analyst = await tokenFor({ role: 'analyst' });
}

const open = (query: string) => EventsClient.open(`${gateway.url}/api/v1/events?${query}`, analyst);

/** Number of messages that the server has delivered to the only consumer. */
async function delivered(): Promise<number | undefined> {
  const [name] = await log.consumers();
  if (name === undefined) return undefined;
  return (await log.jsm.consumers.info(LOG_STREAM, name)).delivered.consumer_seq;
}

it('a client of the event stream that does not read pauses the reading of the log, and loses nothing', async () => {
  await start();
  await log.fill(EVENTS, TOPIC_CHARS);
  const client = await open('');
  client.response.pause();
  let last = 0;
  let unchanged = 0;
  await until('reading pauses', 60_000, async () => {
    const now = (await delivered()) ?? 0;
    unchanged = now > 0 && now === last ? unchanged + 1 : 0;
    last = now;
    return unchanged >= CHECKS_AT_REST || undefined;
  });
  expect(last).toBeLessThan(EVENTS);
  client.response.resume();
  await until('the end of the response', 60_000, () => client.ended || undefined);
  expect(client.events.map(({ seq }) => seq)).toEqual(Array.from({ length: EVENTS }, (_, i) => i + 1));
  expect(client.records.at(-1)!.type).toBe('relay.end');
}, 180_000);

it('a client of the event stream that reads nothing for too long is disconnected', async () => {
  await start({ EVENT_STREAM_STALL_MS: '1000' });
  await log.fill(EVENTS, TOPIC_CHARS);
  const client = await open('');
  client.response.pause();
  await until('the metric', 60_000, async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return /^relay_gateway_event_streams_ended_total\{outcome="slow".* 1$/m.test(metrics) || undefined;
  });
  client.response.resume();
  await until('the end of the response', 60_000, () => client.ended || undefined);
  expect(client.events.length).toBeLessThan(EVENTS);
}, 180_000);

it('an event stream whose consumer is deleted continues with another one, and repeats nothing', async () => {
  await start();
  const client = await open('follow=true');
  try {
    await client.first('relay.position');
    await log.fill(3, 1);
    await client.take(3);
    const [name] = await log.consumers();
    await log.jsm.consumers.delete(LOG_STREAM, name!);
    await log.fill(3, 1);
    expect((await client.take(6)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  } finally {
    client.close();
  }
}, 60_000);

it('an event stream ends when the replica stops, with its cursor and the advice to continue', async () => {
  await start();
  await log.fill(2, 1);
  const client = await open('follow=true&fromSeq=1');
  await client.take(2);
  await gateway.app.close();
  await client.end();
  expect(client.records.at(-1)).toMatchObject({
    type: 'relay.error',
    seq: 2,
    data: { code: 'SERVICE.UNAVAILABLE', retryable: true },
  });
}, 60_000);

it('further event streams are refused when a user or the replica has as many as it may', async () => {
  await start({ MAX_EVENT_STREAMS: '1' });
  const first = await open('follow=true');
  const second = await open('');
  expect(second.response.statusCode).toBe(429);
  second.close();
  first.close();
  await until('a free place', 20_000, async () => {
    const client = await open('');
    client.close();
    return client.response.statusCode === 200 || undefined;
  });
}, 60_000);
