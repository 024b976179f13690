import { readPages } from '@discord-relay/export';
import { RequestRefusedError, UnreachableError } from '../services/gateway-request.js';
import { type Get, GatewaySource, withRetries } from './gateway-source.js';

const NO_WAIT = [0, 0, 0];

/** Fails with these errors one after the other, then returns the number of attempts. */
function failing(...errors: Error[]): () => Promise<number> {
  let attempts = 0;
  return () => {
    attempts += 1;
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve(attempts);
  };
}

const busy = () => new RequestRefusedError('wait', 'REQUEST.RATE_LIMITED', true);
const hidden = () => new RequestRefusedError('no such channel', 'CHANNEL.NOT_FOUND', false);
const away = () => new UnreachableError(['RELAY_URL: no answer']);

it('a request is repeated while it is refused for a reason that passes, and no other', async () => {
  expect(await withRetries(failing(busy(), busy()), { waitsMs: NO_WAIT })).toBe(3);
  await expect(withRetries(failing(hidden()), { waitsMs: NO_WAIT })).rejects.toThrow('no such channel');
  await expect(withRetries(failing(away()), { waitsMs: NO_WAIT })).rejects.toThrow('no answer');
  expect(await withRetries(failing(away(), busy()), { waitsMs: NO_WAIT, isRestarting: true })).toBe(3);
  const always = Array.from({ length: 9 }, busy);
  await expect(withRetries(failing(...always), { waitsMs: NO_WAIT })).rejects.toThrow('wait');
});

it('pages follow each other, and the next one is requested before the last one is processed', async () => {
  const requested: string[] = [];
  const pages = [
    { seq: 5, next: '1:2', columns: [], rows: [['a']] },
    { seq: 6, next: null, columns: [], rows: [['b']] },
  ];
  const get: Get = <T>(path: string) => {
    requested.push(path);
    return Promise.resolve(pages[requested.length - 1] as T);
  };
  const seen: [unknown, number][] = [];
  for await (const { rows } of readPages(new GatewaySource(get), { guild: '7' }, '0:1'))
    seen.push([rows, requested.length]);
  expect(seen).toEqual([
    [[['a']], 2],
    [[['b']], 2],
  ]);
  expect(requested).toEqual([
    '/api/v1/export/messages?guild=7&limit=5000&after=0%3A1',
    '/api/v1/export/messages?guild=7&limit=5000&after=1%3A2',
  ]);
});

it('a page that fails ends the reading with its error', async () => {
  const get: Get = () => Promise.reject(hidden());
  await expect(readPages(new GatewaySource(get), {}, null).next()).rejects.toThrow('no such channel');
});
