export { startSimulator, type Simulator } from './simulator.js';
export { DEFAULT_OPTIONS, type SimulatorOptions } from './options.js';
export { World, type ChannelPatch, type NewChannel, type NewMessage } from './state/world.js';
export { contentHash, type LedgerEntry } from './state/ledger.js';
export type {
  ChannelRecord,
  GuildChannelType,
  GuildRecord,
  MessageRecord,
  UserRecord,
} from './state/records.js';
export type { ScenarioRequest } from './sim/scenarios.js';
