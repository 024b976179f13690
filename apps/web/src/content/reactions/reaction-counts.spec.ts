import type { Snowflake, WireReactionCount } from '@discord-relay/contracts';
import { applyReaction, type ReactionChange } from './reaction-counts.js';

const id = (value: string) => value as Snowflake;
const place = { messageId: id('1'), channelId: id('2'), serverId: id('3') };
const thumb = { id: null, name: '👍' };
const own = { id: id('9'), name: 'cat' };
const change = (
  action: 'add' | 'remove',
  emoji = thumb as typeof thumb | typeof own,
  burst = false,
): ReactionChange => ({
  action,
  ...place,
  userId: id('4'),
  emoji,
  burst,
});
const count = (emoji: WireReactionCount['emoji'], of: number, burstCount = 0) => ({
  emoji,
  count: of,
  burstCount,
});

it.each<[string, WireReactionCount[], ReactionChange, WireReactionCount[]]>([
  ['adds the first reaction', [], change('add'), [count(thumb, 1)]],
  ['adds another reaction', [count(thumb, 1)], change('add', thumb, true), [count(thumb, 2, 1)]],
  [
    'identifies a custom emoji by its id',
    [count({ ...own, name: null }, 1)],
    change('add', own),
    [count({ ...own, name: null }, 2)],
  ],
  ['removes one reaction', [count(thumb, 2, 1)], change('remove', thumb, true), [count(thumb, 1)]],
  ['removes the last reaction', [count(own, 1), count(thumb, 1)], change('remove'), [count(own, 1)]],
  ['removes nothing if there is no reaction', [count(own, 1)], change('remove'), [count(own, 1)]],
  [
    'clears an emoji',
    [count(own, 1), count(thumb, 3)],
    { action: 'clear', ...place, emoji: thumb },
    [count(own, 1)],
  ],
  ['clears all emoji', [count(own, 1), count(thumb, 3)], { action: 'clear', ...place, emoji: null }, []],
])('a reaction event %s', (_title, before, event, after) => {
  expect(applyReaction(before, event)).toEqual(after);
});
