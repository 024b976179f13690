export { startSimulator, type Simulator } from './simulator.js';
export { DEFAULT_OPTIONS, type SimulatorOptions } from './options.js';
export { World, type ChannelPatch, type NewChannel, type NewMessage } from './state/world.js';
export { contentHash, type LedgerEntry } from './state/ledger.js';
export type {
  AttachmentRecord,
  ChannelRecord,
  EmojiRecord,
  GuildChannelType,
  GuildRecord,
  InviteRecord,
  MemberRecord,
  MessageRecord,
  ThreadRecord,
  UserRecord,
  VoiceRecord,
} from './state/model/records.js';
export type { RestFault } from './rest/limits/rest-faults.js';
export type { ScenarioRequest } from './sim/scenario/scenarios.js';
export type { AnswerSpec } from './faults/rest-answers.js';
export type { DispatchSpec, OpSpec } from './faults/gateway-rules.js';
