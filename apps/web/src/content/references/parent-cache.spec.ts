import { RelayError } from '@discord-relay/client';
import type { WireHistoryMessage } from '@discord-relay/contracts';
import { testMessage } from '../testing/render.js';
import { ParentCache } from './parent-cache.js';

const place = (messageId: string, channelId = '20') => ({ channelId, messageId });
const refusal = (code: string) => new RelayError({ code, message: code, retryable: false });

/** A service whose answers the test determines. */
class Service {
  readonly requests: string[] = [];
  readonly answers: ((answer: WireHistoryMessage | RelayError) => void)[] = [];

  get<T>(path: string): Promise<T> {
    this.requests.push(path);
    return new Promise<T>((resolve, reject) => {
      this.answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer as T)));
    });
  }
}

/** Resolves when the cache knows more. */
const nextChange = (cache: ParentCache) =>
  new Promise<void>((resolve) => {
    const stop = cache.subscribe(() => {
      stop();
      resolve();
    });
  });

it('the cache of parents requests an answered message once', async () => {
  const service = new Service();
  const cache = new ParentCache(service);
  cache.request([place('1'), place('1')]);
  expect(cache.known(place('1'))).toEqual({ state: 'not-loaded' });
  const change = nextChange(cache);
  service.answers[0]!(testMessage({ content: 'the question' }));
  await change;
  cache.request([place('1')]);
  expect(service.requests).toEqual(['/api/v1/channels/20/messages/1']);
  expect(cache.known(place('1'))).toEqual({ state: 'known', author: 'ada', text: 'the question' });
});

it.each([
  ['MESSAGE.NOT_FOUND', 'missing'],
  ['CHANNEL.NOT_FOUND', 'forbidden'],
  ['CHANNEL.HISTORY_FORBIDDEN', 'forbidden'],
  ['SERVICE.UNAVAILABLE', 'not-loaded'],
])('the cache of parents treats the error %s as the state %s', async (code, state) => {
  const service = new Service();
  const cache = new ParentCache(service);
  cache.request([place('1')]);
  const change = nextChange(cache);
  service.answers[0]!(refusal(code));
  await change;
  expect(cache.known(place('1'))).toEqual({ state });
});

it('the cache of parents has few requests open at once', async () => {
  const service = new Service();
  const cache = new ParentCache(service);
  cache.request(Array.from({ length: 10 }, (_, i) => place(String(i))));
  expect(service.requests).toHaveLength(4);
  const change = nextChange(cache);
  service.answers[0]!(testMessage());
  await change;
  await Promise.resolve();
  expect(service.requests).toHaveLength(5);
});
