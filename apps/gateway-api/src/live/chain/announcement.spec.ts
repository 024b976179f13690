import { parseAnnouncement } from './announcement.js';

const change = { seq: 5, prev: 3, guildPrev: 4, feed: 'c:1', kind: 'message', body: {} };

describe('parseAnnouncement', () => {
  it('parseAnnouncement parses changes and positions', () => {
    expect(parseAnnouncement('changes.1.2', JSON.stringify(change))).toEqual({ kind: 'change', change });
    expect(parseAnnouncement('changes.1.position', '{"guildId":"1","seq":9}')).toEqual({
      kind: 'position',
      seq: 9,
    });
  });

  it.each(['', 'null', '[]', '"x"', '{}', '{"seq":"5"}', '{"seq":1.5}', '{"seq":5}', '{"seq":1e300}'])(
    'parseAnnouncement rejects %s as a change',
    (payload) => expect(parseAnnouncement('changes.1.2', payload)).toBeUndefined(),
  );

  it.each(['feed', 'kind', 'body', 'prev', 'guildPrev'])(
    'parseAnnouncement rejects a change without %s',
    (field) => {
      const payload = JSON.stringify({ ...change, [field]: undefined });
      expect(parseAnnouncement('changes.1.2', payload)).toBeUndefined();
    },
  );
});
