import type { RestChannel, Snowflake } from '@discord-relay/contracts';
import { solvedTagChoices } from './solved-tags.js';

const ids = (...values: string[]) => values as Snowflake[];

const channel = (id: string, name: string, tagIds?: string[]): RestChannel => ({
  ...{ id: id as Snowflake, name, serverId: '1' as Snowflake, topic: null, position: 0, nsfw: false },
  ...{ type: tagIds ? 'forum' : 'text', discordType: tagIds ? 15 : 0, readable: true, history: true },
  ...(tagIds && {
    tags: ids(...tagIds).map((tag) => ({ id: tag, name: tag, emojiId: null, emojiName: null })),
  }),
});

const CHANNELS = [
  channel('10', 'text'),
  channel('11', 'help', ['71', '72']),
  channel('12', 'bugs', ['73']),
  channel('13', 'untagged', []),
];

const choices = (saved: string[], selected: string[]) => {
  const { forums, unknown } = solvedTagChoices(CHANNELS, { solvedTagIds: ids(...saved) }, ids(...selected));
  return [forums.map(({ name, tags }) => [name, ...tags.map(({ id }) => id)]), unknown];
};

const HELP = ['help', '71', '72'];
const BUGS = ['bugs', '73'];

it('without a selected channel the tags of all forums are offered, each forum with its own', () => {
  expect(choices([], [])).toEqual([[HELP, BUGS], []]);
});

it('with selected channels only the tags of the forums among them are offered', () => {
  expect(choices([], ['10', '12'])).toEqual([[BUGS], []]);
  expect(choices([], ['10', '13'])).toEqual([[], []]);
});

it('a saved tag is always offered: with its forum, or as unknown if no forum has it', () => {
  expect(choices(['72', '99', '98'], ['12'])).toEqual([
    [HELP, BUGS],
    ['99', '98'],
  ]);
});
