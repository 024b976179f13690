import { epochMs, type World } from '../../state/world.js';
import { Demo } from './demo.js';

const HOUR_MS = 3_600_000;
const SPAN_MS = 48 * HOUR_MS;
/** About as many as it takes to play the conversations of the past once. */
const EVENTS_PER_GUILD = 221;
/** Number of events within a few minutes, before a pause. */
const BURST = 13;
const APART_MS = 40_000;

/** Creates two days of history in a new world. None of it is dispatched. */
export function writeDemoHistory(world: World, seed: number): void {
  const startMs = epochMs() - SPAN_MS;
  const demo = world.asHistory(startMs - HOUR_MS, () => new Demo(world, seed, 'past'));
  const events = EVENTS_PER_GUILD * world.guilds.size;
  const bursts = Math.ceil(events / BURST);
  for (let event = 0; event < events; event++) {
    const burst = Math.floor(event / BURST);
    const atMs = startMs + Math.floor((burst * SPAN_MS) / bursts) + (event % BURST) * APART_MS;
    world.asHistory(atMs, () => demo.step());
  }
}
