import type { EmojiKey, EventDataByType, RelayEvent } from '@discord-relay/contracts';
import { CHANNEL, deleted, event, GUILD, id } from '../../testing/events.js';
import { fold, LoadedRows, WorkingSet } from '../index.js';

const HEART: EmojiKey = { id: null, name: '❤️', animated: false };
const OURS: EmojiKey = { id: id(55), name: 'ours', animated: false };
const on = { messageId: id(1), channelId: CHANNEL, guildId: GUILD };

const added = (userId: number, emoji = HEART, burst = false) =>
  event('reaction.added', { ...on, userId: id(userId), emoji, burst });
const removed = (userId: number, emoji = HEART, burst = false) =>
  event('reaction.removed', { ...on, userId: id(userId), emoji, burst });
const cleared = (emoji: EmojiKey | null) => event('reaction.cleared', { ...on, emoji });
const counted = (counts: EventDataByType['reaction.counted']['counts']) =>
  event('reaction.counted', { ...on, counts });

function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  const { added, removed, clearedMessages, clearedEmoji } = rows.reactions;
  const short = (list: typeof added) =>
    list.map((row) => `${row.user_id} ${row.emoji_key}${row.burst ? '!' : ''}`);
  return { added: short(added), removed: short(removed), clearedMessages, clearedEmoji };
}

describe('reactions', () => {
  it('reactions exist after they were added, once however often that is reported', () => {
    expect(given(added(7), added(7), added(8))).toMatchObject({ added: ['7 ❤️', '8 ❤️'], removed: [] });
  });

  it('reactions of the two kinds are separate', () => {
    expect(given(added(7), added(7, HEART, true), removed(7))).toMatchObject({
      added: ['7 ❤️!'],
      removed: ['7 ❤️'],
    });
  });

  it('reactions exist or not as the last event says', () => {
    expect(given(added(7), removed(7), added(7))).toMatchObject({ added: ['7 ❤️'], removed: [] });
    expect(given(removed(7), added(7), removed(7))).toMatchObject({ added: [], removed: ['7 ❤️'] });
  });

  it('reactions identify a guild’s emoji by its id, also under another name', () => {
    const renamed = { ...OURS, name: null };
    expect(given(added(7, OURS), removed(7, renamed))).toMatchObject({ added: [], removed: ['7 55'] });
  });

  it('reactions with one emoji are removed together, and others stay', () => {
    expect(given(added(7), added(7, OURS), cleared(HEART), added(8))).toEqual({
      added: ['7 55', '8 ❤️'],
      removed: [],
      clearedMessages: [],
      clearedEmoji: [{ message_id: '1', emoji_key: '❤️' }],
    });
  });

  it('reactions are all removed with the message', () => {
    expect(given(added(7), deleted(1))).toMatchObject({ added: [], clearedMessages: ['1'] });
  });

  it('reactions that were counted are complete', () => {
    const count = { emoji: OURS, count: 2, burstCount: 1, userIds: [id(7)], burstUserIds: [id(8)] };
    expect(given(added(9), counted([count]))).toMatchObject({
      added: ['7 55', '8 55!'],
      clearedMessages: ['1'],
    });
  });
});
