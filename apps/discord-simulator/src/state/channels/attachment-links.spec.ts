import { AttachmentLinks } from './attachment-links.js';

const NOW = 1_700_000_000_000;
const PATH = '/attachments/1/2/a%20file.txt';
const paramsOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

describe('attachment links', () => {
  it('attachment links are valid until they expire, to the second', () => {
    const links = new AttachmentLinks(1, 60_000);
    links.origin = 'http://host:1';
    const url = links.sign(PATH, NOW);
    expect(url).toMatch(
      /^http:\/\/host:1\/attachments\/1\/2\/a%20file\.txt\?ex=[0-9a-f]+&is=[0-9a-f]+&hm=[0-9a-f]{64}&$/,
    );
    expect(links.isGood(PATH, paramsOf(url), NOW + 59_999)).toBe(true);
    expect(links.isGood(PATH, paramsOf(url), NOW + 60_000)).toBe(false);
  });

  it('attachment links are valid for their path and unchanged parameters only', () => {
    const links = new AttachmentLinks(1, 60_000);
    const params = paramsOf(links.sign(PATH, NOW));
    const later = (parseInt(params['ex']!, 16) + 9).toString(16);
    expect(links.isGood('/attachments/1/3/a%20file.txt', params, NOW)).toBe(false);
    expect(links.isGood(PATH, { ...params, ex: later }, NOW)).toBe(false);
    expect(links.isGood(PATH, { ...params, hm: 'zz' }, NOW)).toBe(false);
    expect(links.isGood(PATH, { ...params, hm: [params['hm']] }, NOW)).toBe(false);
    expect(links.isGood(PATH, {}, NOW)).toBe(false);
  });

  it('attachment links survive a restart with the same seed, and end at once on demand', () => {
    const links = new AttachmentLinks(1, 60_000);
    const params = paramsOf(links.sign(PATH, NOW));
    expect(new AttachmentLinks(1, 60_000).isGood(PATH, params, NOW)).toBe(true);
    expect(new AttachmentLinks(2, 60_000).isGood(PATH, params, NOW)).toBe(false);
    links.expireAll();
    expect(links.isGood(PATH, params, NOW)).toBe(false);
    expect(links.isGood(PATH, paramsOf(links.sign(PATH, NOW)), NOW)).toBe(true);
  });
});
