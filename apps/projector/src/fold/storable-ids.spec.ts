import { created, event, GUILD, CHANNEL, id } from '../testing/events.js';
import { hasStorableIds } from './index.js';

describe('hasStorableIds', () => {
  it('ids up to the largest signed 64-bit integer can be stored', () => {
    expect(hasStorableIds(created(1))).toBe(true);
    expect(hasStorableIds(created(1, { id: id(2n ** 63n - 1n) }))).toBe(true);
    expect(hasStorableIds(created(1, { webhookId: null }))).toBe(true);
    expect(hasStorableIds(created(1, { webhookId: id(0) }))).toBe(true);
  });

  it.each([
    ['an unsigned id', { id: id(2n ** 63n) }],
    ['text', { channelId: 'x; DROP TABLE messages' as never }],
    ['nothing', { id: undefined as never }],
    ['a zero in front', { id: '01' as never }],
    ['a garbled optional id', { webhookId: '1.5' as never }],
  ])('%s cannot be stored as an id', (_, fields) => {
    expect(hasStorableIds(created(1, fields))).toBe(false);
  });

  it('every id of a list is checked before it is stored', () => {
    const ids = [id(1), id(2n ** 64n - 1n)];
    expect(hasStorableIds(event('message.bulk_deleted', { ids, channelId: CHANNEL, guildId: GUILD }))).toBe(
      false,
    );
  });
});
