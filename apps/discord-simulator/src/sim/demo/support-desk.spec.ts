import { World } from '../../state/world.js';
import { Random } from '../random.js';
import { createInitialWorld } from '../scenario/initial-world.js';
import { prepareGuilds, SOLVED_TAG, supportForumOf } from './setting.js';
import { SupportDesk } from './support-desk.js';

const worldOf = (): World => {
  const world = new World(1_000);
  createInitialWorld(world, { seed: 1, guilds: 2, historyPerChannel: 2 });
  prepareGuilds(world);
  return world;
};

it('every guild has one support forum, however often guilds are prepared', () => {
  const world = worldOf();
  prepareGuilds(world);
  const forums = [...world.channels.values()].filter(({ name }) => name === 'support');
  expect(new Set(forums.map(({ guildId }) => guildId)).size).toBe(2);
  expect(forums).toHaveLength(2);
});

it('posts wait, are answered, get the solved tag and are archived; answers belong to their question', () => {
  const world = worldOf();
  const [guildId = ''] = world.guilds.keys();
  const desk = new SupportDesk(world, guildId, new Random(7));
  for (let i = 0; i < 300; i++) desk.step();
  const forum = supportForumOf(world, guildId)!;
  const posts = world.threads.ofChannel(forum.id);
  const solvedId = forum.availableTags!.find(({ name }) => name === SOLVED_TAG)!.id;
  const solved = posts.filter(({ archived }) => archived);
  expect(solved.length).toBeGreaterThan(10);
  expect(solved.every(({ appliedTagIds }) => appliedTagIds?.includes(solvedId))).toBe(true);
  expect(posts.length - solved.length).toBeGreaterThan(0);
  const post = solved.find(({ name }) => name === 'My kite pulls to the left')!;
  const said = world
    .history(post.id)
    .all()
    .map(({ content }) => content);
  expect([said[1], said.at(-1)]).toEqual([
    expect.stringContaining('Shorten the **right** line'),
    expect.stringContaining('It was the frame'),
  ]);
});
