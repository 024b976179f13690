import type { MediaLinksAnswer } from '@discord-relay/contracts';
import { expiryOf, FreshLinks } from './fresh-links.js';

const URL_A = 'https://cdn.example/attachments/1/2/a.png';
const signed = (url: string, expiresInMs: number) =>
  `${url}?ex=${Math.round((Date.now() + expiresInMs) / 1_000).toString(16)}&hm=0`;
const HOUR_MS = 3_600_000;

/** Answers every request, and records it. */
function ingestor(answer: (urls: readonly string[]) => MediaLinksAnswer) {
  const requests: (readonly string[])[] = [];
  const links = new FreshLinks((urls) => {
    requests.push(urls);
    return Promise.resolve(answer(urls));
  });
  return { links, requests };
}
const refreshing = (validMs: number) =>
  ingestor((urls) => ({ ok: true, freshUrls: urls.map((url) => signed(url, validMs)) }));

describe('FreshLinks', () => {
  it('FreshLinks sends one request for all files that are needed at the same time, each once', async () => {
    const { links, requests } = refreshing(HOUR_MS);
    const urls = ['a', 'b', 'a'].map((name) => `https://cdn.example/attachments/1/2/${name}`);
    const found = await Promise.all(urls.map((url) => links.of(url)));
    expect(requests).toEqual([urls.slice(0, 2)]);
    expect(found.map(({ url }) => url.split('?')[0])).toEqual(urls);
  });

  it('FreshLinks requests at most 50 files at a time', async () => {
    const { links, requests } = refreshing(HOUR_MS);
    await Promise.all(Array.from({ length: 120 }, (_, n) => links.of(`${URL_A}/${n}`)));
    expect(requests.map(({ length }) => length)).toEqual([50, 50, 20]);
  });

  it('FreshLinks keeps a link until it is about to expire', async () => {
    const long = refreshing(HOUR_MS);
    const short = refreshing(60_000);
    for (const { links } of [long, short]) for (let n = 0; n < 3; n++) await links.of(URL_A);
    expect(long.requests).toHaveLength(1);
    expect(short.requests).toHaveLength(3);
  });

  it('FreshLinks reports a file as missing if Discord gives no address for it, beside those that it gives', async () => {
    const { links } = ingestor((urls) => ({
      ok: true,
      freshUrls: urls.map((url) => (url === URL_A ? null : signed(url, HOUR_MS))),
    }));
    const [missing, found] = await Promise.allSettled([links.of(URL_A), links.of(`${URL_A}b`)]);
    expect(missing).toMatchObject({ status: 'rejected', reason: { code: 'ATTACHMENT.NOT_FOUND' } });
    expect(found.status).toBe('fulfilled');
  });

  it.each([
    ['the ingestor refuses', () => Promise.resolve({ ok: false, reason: 'unavailable' } as const)],
    ['none answers', () => Promise.reject(new Error('no responders'))],
  ])('FreshLinks fails with a retryable code when %s, and tries again the next time', async (_, request) => {
    let requests = 0;
    const links = new FreshLinks(() => {
      requests++;
      return request();
    });
    for (let n = 0; n < 2; n++)
      await expect(links.of(URL_A)).rejects.toMatchObject({ code: 'MEDIA.UNAVAILABLE', retryable: true });
    expect(requests).toBe(2);
  });
});

describe('expiryOf', () => {
  it('the expiry of a signed address is read', () =>
    expect(expiryOf(`${URL_A}?ex=65f0c0de&is=1&hm=2`, 0)).toEqual(new Date(0x65f0c0de * 1_000)));

  it.each(['', '?ex=', '?ex=zz'])('an address with %j is assumed to be valid for ten minutes', (query) =>
    expect(expiryOf(`${URL_A}${query}`, 1_000)).toEqual(new Date(601_000)),
  );
});
