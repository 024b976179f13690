import fc from 'fast-check';
import { type Change, type ChangeBody, guildFeed, type Snowflake } from '@discord-relay/contracts';
import { GUILD } from '../../testing/rows.js';
import { GuildView } from './guild-view.js';

const id = (value: number | string) => String(value) as Snowflake;
const change = (seq: number, prev: number, body: ChangeBody): Change => ({
  ...body,
  ...{ guildId: GUILD, channelId: null, feed: guildFeed(GUILD), seq, prev, guildPrev: prev },
});
const update = (channelId: number, more: object = {}): ChangeBody => ({
  kind: 'channel_update',
  body: { id: id(channelId), name: 'a', type: 0, serverId: GUILD, deleted: false, ...more },
});
const joined = (channelId: number): ChangeBody => ({
  kind: 'voice_joined',
  body: { guildId: GUILD, channelId: id(channelId), userId: id(9), username: 'ada', avatar: null },
});
const unknown = { kind: 'later', body: {} } as unknown as ChangeBody;

describe('GuildView', () => {
  it('GuildView is a chain without a hole for each subscriber, whatever they may not see', () => {
    const bodies = fc.oneof(
      fc.nat(5).map((channel) => update(channel)),
      fc.nat(5).map((channel) => joined(channel)),
      fc.constant<ChangeBody>({ kind: 'access', body: { access: [] } }),
    );
    const steps = fc.array(bodies, { maxLength: 30 });
    const visible = fc.uniqueArray(fc.nat(5));
    fc.assert(
      fc.property(steps, visible, fc.constantFrom('channels', 'rooms'), (all, ids, kind) => {
        const view = new GuildView(kind, 1, (channelId) => ids.includes(Number(channelId)));
        const events = all.flatMap((body, i) => view.eventsFor(change(3 + 2 * i, 1 + 2 * i, body)));
        let cursor = 1;
        for (const { payload } of events) {
          expect(payload.prev).toBe(cursor);
          cursor = payload.seq;
        }
        expect(view.cursor).toBe(cursor);
        const eventName = kind === 'rooms' ? 'voice_joined' : 'channel_update';
        const expected = all.filter(
          (each) =>
            each.kind === eventName &&
            ids.includes(Number('id' in each.body ? each.body.id : each.body.channelId)),
        );
        expect(events.map(({ event }) => event)).toEqual(expected.map(() => eventName));
      }),
    );
  });

  it('GuildView has a hole where a change is not understood, so that the subscriber requests a new list', () => {
    const view = new GuildView('channels', 1, () => true);
    expect(view.eventsFor(change(3, 1, unknown))).toEqual([]);
    expect(view.eventsFor(change(5, 3, update(2)))).toMatchObject([{ payload: { prev: 3, seq: 5 } }]);
  });

  describe('is stale', () => {
    const listing = (kind: 'channels' | 'rooms', mayLearnOf: (channelId: string) => boolean = () => true) => {
      const view = new GuildView(kind, 1, mayLearnOf);
      view.setListed(['1', '2']);
      return view;
    };

    it('GuildView is stale when more or less may be seen than was listed', () => {
      const view = listing('channels');
      expect(view.isStale(['2', '1'])).toBe(false);
      expect([view.isStale(['1']), view.isStale(['1', '2', '3']), view.isStale(['1', '3'])]).toEqual([
        true,
        true,
        true,
      ]);
    });

    it('GuildView is not stale when events have reported the difference', () => {
      const view = listing('channels');
      view.eventsFor(change(3, 1, update(3)));
      view.eventsFor(change(5, 3, update(1, { deleted: true })));
      expect(view.isStale(['2', '3'])).toBe(false);
    });

    it('GuildView is stale when a hidden change hid a channel', () => {
      const view = listing('channels', (channelId) => channelId !== '1');
      expect(view.eventsFor(change(3, 1, update(1)))).toEqual([]);
      expect(view.isStale(['2'])).toBe(true);
    });

    it('GuildView is stale when a room becomes visible that is not new', () => {
      const view = listing('rooms');
      expect(view.eventsFor(change(3, 1, update(3, { type: 2 })))).toEqual([]);
      expect(view.isStale(['1', '2', '3'])).toBe(true);
    });

    it('GuildView is stale when an omitted event was hidden at its time, and is not hidden now', () => {
      const view = listing('rooms');
      expect(view.eventsFor(change(3, 1, joined(1)), new Set())).toEqual([]);
      expect(view.isStale(['1', '2'])).toBe(true);
      const listed = listing('rooms');
      expect(listed.eventsFor(change(3, 1, joined(1)), new Set(['1']))).toHaveLength(1);
      expect(listed.isStale(['1', '2'])).toBe(false);
    });

    it('GuildView is never stale for someone who sees everything', () => {
      expect(new GuildView('rooms', 1, () => true).isStale(['7'])).toBe(false);
    });
  });

  it('GuildView sends its position when it moved, and from time to time when it did not', () => {
    const view = new GuildView('rooms', 1, () => true);
    expect([1, 2, 3, 4, 5, 6, 7].map(() => view.isPositionDue(3))).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    view.eventsFor(change(3, 1, joined(1)));
    expect([view.isPositionDue(3), view.isPositionDue(3)]).toEqual([true, false]);
  });
});
