import { once } from 'node:events';
import { freePort } from '@discord-relay/local-stack';
import { Receiver } from '../../testing/receiver.js';
import { WebhookSender } from './webhook-sender.js';
import { TargetGuard } from '../endpoint/target-guard.js';

const guard = new TargetGuard(['127.0.0.0/8']);
let receiver: Receiver;
let poster: WebhookSender;

beforeEach(async () => {
  receiver = await Receiver.start();
  poster = new WebhookSender(guard, 20_000);
});

afterEach(async () => {
  poster.close();
  await receiver.stop();
});

const post = (by = poster) => by.post(receiver.url(), { 'webhook-id': 'a' }, '{"type":"test"}');

it('a webhook is posted as JSON with the given headers', async () => {
  expect(await post()).toEqual({ status: 204, retryAfterMs: null });
  expect(receiver.posted[0]).toMatchObject({
    id: 'a',
    text: '{"type":"test"}',
    headers: { 'content-type': 'application/json', 'content-length': '15' },
  });
});

it('the result of a webhook says when to retry', async () => {
  receiver.answering = (_, response) => (response.setHeader('retry-after', '7'), 429);
  expect(await post()).toEqual({ status: 429, retryAfterMs: 7_000 });
});

it('a webhook waits for a response for a limited time', async () => {
  const impatient = new WebhookSender(guard, 200);
  receiver.answering = () => new Promise(() => undefined);
  expect(await post(impatient)).toEqual({ error: 'timeout' });
  impatient.close();
});

it('the status of a webhook response that does not end is used, and the connection is closed', async () => {
  let hungUp: Promise<unknown> = Promise.resolve();
  receiver.answering = (_, response) => {
    hungUp = once(response, 'close');
    response.writeHead(200);
    const more = () => void (response.destroyed || response.write('x'.repeat(65_536), () => more()));
    more();
    return new Promise(() => undefined);
  };
  expect(await post()).toMatchObject({ status: 200 });
  await hungUp;
});

it('a webhook opens another connection if the last one was closed meanwhile', async () => {
  for (let n = 0; n < 3; n++) {
    expect(await post()).toMatchObject({ status: 204 });
    receiver.hangUp();
  }
  expect(receiver.posted).toHaveLength(3);
});

it('a webhook without a response fails with a code', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}/`;
  expect(await poster.post(nobody, {}, '{}')).toEqual({ error: 'ECONNREFUSED' });
  expect(await poster.post('https://10.0.0.1/', {}, '{}')).toEqual({ error: 'WEBHOOK.TARGET_REFUSED' });
  receiver.answering = (_, response) => (response.destroy(), 200);
  expect(await post()).toEqual({ error: 'ECONNRESET' });
});

it('a webhook that is too large is not posted', async () => {
  expect(await poster.post(receiver.url(), {}, JSON.stringify('x'.repeat(300_000)))).toEqual({
    error: 'the body is too large',
  });
  expect(receiver.posted).toEqual([]);
});
