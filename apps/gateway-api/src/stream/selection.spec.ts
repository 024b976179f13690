import { type Change, PUBLIC_EVENT_TYPES } from '@discord-relay/contracts';
import { chain } from '../testing/rows.js';
import {
  cachedFactsOf,
  needsReadRight,
  mayConcern,
  type Selection,
  eventTextOf,
  isSelected,
  selectsMessages,
  selectsRooms,
} from './selection.js';

const [change] = chain([7]) as [Change];
const [fact] = cachedFactsOf(change)!;
const selection = (types: string[], channels: string[] | null = null) =>
  ({ guildId: '1', channels: channels && new Set(channels), types: new Set(types) }) as unknown as Selection;

describe('a selection', () => {
  it('a selection of a stream has types and channels', () => {
    expect(isSelected(selection([...PUBLIC_EVENT_TYPES]), fact!)).toBe(true);
    expect(isSelected(selection(['message.created'], ['2']), fact!)).toBe(true);
    expect(isSelected(selection(['message.created'], ['3']), fact!)).toBe(false);
    expect(isSelected(selection(['message.updated']), fact!)).toBe(false);
  });

  it('a selection of a stream knows the rights that it needs', () => {
    const read = PUBLIC_EVENT_TYPES.filter((type) => needsReadRight({ type }));
    expect(read).toEqual(PUBLIC_EVENT_TYPES.filter((type) => /^(message|reaction)/.test(type)));
    expect([
      selectsMessages(selection(['reaction.added'])),
      selectsRooms(selection(['reaction.added'])),
    ]).toEqual([true, false]);
    expect(selectsRooms(selection(['voice.left']))).toBe(true);
  });
});

describe('facts of a change', () => {
  it('facts of a change are built and serialized once for all streams', () => {
    expect(cachedFactsOf(change)).toBe(cachedFactsOf(change));
    const text = eventTextOf(fact!, { seq: 7, prev: 3 });
    expect(text).toMatch(/^event: message\.created\ndata: \{.*"seq":7,"prev":0\}\n$/);
    expect(eventTextOf(fact!, { seq: 7, prev: 5 })).toBe(text);
  });

  it('facts of a change have a different position in each stream if they belong to the guild', () => {
    const body = { id: '5', name: 'x', type: 0, serverId: '1', deleted: false };
    const guildWide = { ...change, kind: 'channel_update', feed: 'g:1', channelId: null, body };
    const [update] = cachedFactsOf(guildWide as unknown as Change)!;
    expect(eventTextOf(update!, { seq: 7, prev: 3 })).toContain('"seq":7,"prev":3}');
    expect(eventTextOf(update!, { seq: 7, prev: 6 })).toContain('"seq":7,"prev":6}');
  });

  it('facts of a change are undefined if this version does not understand the change', () => {
    const later = { ...change, kind: 'of a later version' } as unknown as Change;
    expect([cachedFactsOf(later), cachedFactsOf(later)]).toEqual([null, null]);
    expect(mayConcern(selection(['message.created'], ['2']), later)).toBe(true);
    expect(mayConcern(selection(['message.created'], ['3']), later)).toBe(false);
    expect(mayConcern(selection(['message.created']), later)).toBe(true);
  });
});
