import type { EmojiKey, EventDataByType, RelayEvent } from '@discord-relay/contracts';
import { CHANNEL, deleted, event, GUILD, id } from '../../testing/events.js';
import { fold, LoadedRows, type ReactionRow, WorkingSet } from '../index.js';

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
  const { added, past, cleared } = rows.reactions;
  const short = ({ user_id, emoji_key, burst }: Omit<ReactionRow, 'imported'>) =>
    `${user_id} ${emoji_key}${burst ? '!' : ''}`;
  return {
    added: added.map((row) => `${short(row)} @${row.seq}`),
    removed: past.rows.map((row) => `${short(row)} @${row.seq}-${row.until_seq}`),
    cleared: cleared.map(({ emoji_key, until_seq }) => `${emoji_key ?? 'all'} @${until_seq}`),
    erased: past.erased,
  };
}

describe('reactions', () => {
  it('reactions exist after they were added, once however often that is reported', () => {
    expect(given(added(7), added(7), added(8))).toMatchObject({
      added: ['7 ❤️ @1', '8 ❤️ @3'],
      removed: [],
    });
  });

  it('reactions of the two kinds are separate', () => {
    expect(given(added(7), added(7, HEART, true), removed(7))).toMatchObject({
      added: ['7 ❤️! @2'],
      removed: ['7 ❤️ @1-3'],
    });
  });

  it('reactions exist or not as the last event says', () => {
    expect(given(added(7), removed(7), added(7))).toMatchObject({
      added: ['7 ❤️ @3'],
      removed: ['7 ❤️ @1-2'],
    });
    expect(given(removed(7), added(7), removed(7))).toMatchObject({ added: [], removed: ['7 ❤️ @2-3'] });
  });

  it('reactions identify a guild’s emoji by its id, also under another name', () => {
    const renamed = { ...OURS, name: null };
    expect(given(added(7, OURS), removed(7, renamed))).toMatchObject({
      added: [],
      removed: ['7 55 @1-2'],
    });
  });

  it('reactions with one emoji are removed together, and others stay', () => {
    expect(given(added(7), added(7, OURS), cleared(HEART), added(8))).toEqual({
      added: ['7 55 @2', '8 ❤️ @4'],
      removed: ['7 ❤️ @1-3'],
      cleared: ['❤️ @3'],
      erased: [],
    });
  });

  it('reactions are all removed with the message', () => {
    expect(given(added(7), deleted(1))).toMatchObject({ added: [], erased: ['1'] });
  });

  it('reactions that were counted are complete', () => {
    const count = { emoji: OURS, count: 2, burstCount: 1, userIds: [id(7)], burstUserIds: [id(8)] };
    expect(given(added(9), counted([count]))).toMatchObject({
      added: ['7 55 @2', '8 55! @2'],
      removed: ['9 ❤️ @1-2'],
      cleared: ['all @2'],
    });
  });
});
