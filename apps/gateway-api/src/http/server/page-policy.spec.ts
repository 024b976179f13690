import { readFileSync } from 'node:fs';
import { pagePolicy, withMedia } from './page-policy.js';

const HTML = new URL('../../../../web/index.html', import.meta.url);

it('the page allows only its own origin if media are off, and Discord’s otherwise', () => {
  const foreign = (media: 'on' | 'off') =>
    Object.values(pagePolicy(media))
      .flat()
      .filter((source) => source.includes('.'));
  expect(foreign('off')).toEqual([]);
  expect(foreign('on').every((source) => /^https:\/\/[a-z0-9-]+\.discordapp\.(com|net)$/.test(source))).toBe(
    true,
  );
});

it('the page allows further origins for media and for nothing else, and none if media are off', () => {
  const origin = 'https://files.example';
  const allowing = Object.entries(pagePolicy('on', [origin])).filter(([, sources]) =>
    sources.includes(origin),
  );
  expect(allowing.map(([directive]) => directive).sort()).toEqual(['connect-src', 'img-src', 'media-src']);
  expect(pagePolicy('off', [origin])).toEqual(pagePolicy('off'));
});

it('the page never allows inline scripts or styles', () => {
  for (const media of ['on', 'off'] as const)
    expect(JSON.stringify(pagePolicy(media))).not.toContain('unsafe');
});

it('the HTML of the page says whether media are on, and where the CDN is', () => {
  const html = readFileSync(HTML, 'utf8');
  const cdn = 'https://cdn.discordapp.com';
  expect(withMedia(html, { media: 'on', cdn })).toBe(html);
  expect(withMedia(html, { media: 'off', cdn })).toContain('<meta name="relay-media" content="off" />');
  const other = withMedia(html, { media: 'on', cdn: 'http://127.0.0.1:8787' });
  expect(other).toContain('<meta name="relay-cdn" content="http://127.0.0.1:8787" />');
});
