import type { SimClient } from '../discord/sim-client.js';

/** New, edited and deleted messages and reactions, at the given rate of dispatches. @returns a function that ends it */
export async function startMixedLoad(
  sim: SimClient,
  load: { dispatchesPerS: number; seed: number; channelIds: readonly string[] },
): Promise<{ stop(): Promise<void> }> {
  const { dispatchesPerS: messagesPerSecond, seed, channelIds } = load;
  const ratios = { editRatio: 0.15, deleteRatio: 0.05, reactionRatio: 0.2 };
  const { id } = await sim.startScenario({ messagesPerSecond, seed, channelIds, ...ratios });
  return { stop: async () => void (await sim.stopScenario(id)) };
}
