import { createInitialWorld } from './initial-world.js';
import { Random } from './random.js';
import { openSupportChannels, supportChannels, playSupportStep } from './support-desk.js';
import { World } from '../../state/world.js';

const worldOf = (): World => {
  const world = new World(1_000);
  createInitialWorld(world, { seed: 1, guilds: 2, historyPerChannel: 2 });
  openSupportChannels(world);
  return world;
};

it('every guild has one desk, however often desks are opened', () => {
  const world = worldOf();
  openSupportChannels(world);
  expect(new Set(supportChannels(world).map(({ guildId }) => guildId)).size).toBe(2);
  expect(supportChannels(world)).toHaveLength(2);
});

it('questions wait, are answered and are closed, and never more than a few wait', () => {
  const world = worldOf();
  const [desk] = supportChannels(world);
  const random = new Random(7);
  for (let i = 0; i < 300; i++) playSupportStep(world, desk!, random);
  const threads = world.threads.ofChannel(desk!.id);
  const open = threads.filter(({ archived }) => !archived);
  expect(threads.length - open.length).toBeGreaterThan(10);
  const lengths = threads.map(({ id }) => world.history(id).all().length);
  expect(Math.max(...lengths)).toBeGreaterThan(3);
});
