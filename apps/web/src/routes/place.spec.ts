import fc from 'fast-check';
import type { Snowflake } from '@discord-relay/contracts';
import { atOf, CHANNEL_VIEWS, GUILD_VIEWS, pathOf, type Place, placeOf } from './place.js';

const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map((value) => String(value) as Snowflake);
const day = fc
  .date({ min: new Date('2015-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const at = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date('2015-01-01'), max: new Date('2099-12-31') })
    .map((date) => date.toISOString()),
  fc.constantFrom('2026-03-29T01:30:00+02:00', '2026-03-29', 'now', 'now-90m'),
);

const places: fc.Arbitrary<Place> = fc.oneof(
  fc.constant<Place>({ view: 'home' }),
  fc.constant<Place>({ view: 'admin' }),
  fc.record({ view: fc.constant('channel' as const), channelId: id }),
  fc.record({ view: fc.constant('channel' as const), channelId: id, messageId: id }),
  fc.record({ view: fc.constant('channel' as const), channelId: id, day }),
  fc.record({ view: fc.constant('channel' as const), channelId: id, at }),
  fc.record({ view: fc.constantFrom(...CHANNEL_VIEWS), channelId: id }),
  fc.record({ view: fc.constantFrom(...GUILD_VIEWS), guildId: id }),
);

describe('the address of a place', () => {
  it('the address of a place identifies that place and no other', () => {
    fc.assert(
      fc.property(places, (place) => {
        const { pathname, search } = new URL(pathOf(place), 'https://relay.example.com');
        expect(placeOf(pathname, atOf(search))).toEqual(place);
      }),
    );
  });

  it.each([
    ['/channels/112233445566778899', '112233445566778899'],
    ['/channels/112233445566778899/', '112233445566778899'],
  ])('%s, an older form, still names its channel', (path, channelId) =>
    expect(placeOf(path)).toEqual({ view: 'channel', channelId }),
  );

  it.each([
    '/channels',
    '/channels/general',
    '/channels/1/unknown',
    '/channels/1/messages/abc',
    '/channels/1/days/2026-13-01',
    '/channels/1/threads/2',
    '/guilds/1/members/2',
    '/elsewhere/1',
    '/admin/1',
  ])('the address %s names no place', (path) => expect(placeOf(path)).toEqual({ view: 'unknown' }));

  it.each(['yesterday', '2026-13-01', '', 'now+1h'])('a time %p that is none names no place', (text) =>
    expect(placeOf('/channels/1', text)).toEqual({ view: 'unknown' }),
  );

  it('any text in the address bar is handled', () => {
    fc.assert(fc.property(fc.string(), (path) => expect(placeOf(path)).toHaveProperty('view')));
  });
});
