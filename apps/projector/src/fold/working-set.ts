import type { Change, Snowflake } from '@discord-relay/contracts';
import { ChannelSet, requiredByChannels } from './channels/channel-set.js';
import { HourlyCounts } from './counts/hourly-counts.js';
import { StreamPositions } from './counts/stream-positions.js';
import { GuildSet, requiredByGuilds } from './guilds/guild-set.js';
import { MemberSet, requiredByMembers } from './members/member-set.js';
import { type IndependentRows, INDEPENDENT_MODELS } from './models.js';
import { type MessageParts, MessageSet, requiredByMessages } from './messages/message-set.js';
import { PollSet, requiredByPolledMessages, requiredByPolls } from './polls/poll-set.js';
import { ReactionSet, requiredByReactions } from './reactions/reaction-set.js';
import { RoleSet, requiredByRoles } from './roles/role-set.js';
import type { ModelName, OpOf, RowOp } from './row-op.js';
import { FeedChain } from './shared/feed-chain.js';
import type { RowModel, RequireRows } from './shared/row-model.js';
import { type LoadedRows, RequiredRows } from './shared/row-read.js';
import { isEmpty, type RowWrite } from './shared/row-write.js';
import { ThreadMemberSet } from './thread-members/thread-member-set.js';
import { VoiceSet, requiredByVoice } from './voice/voice-set.js';

type DependentModel = Exclude<ModelName, keyof typeof INDEPENDENT_MODELS>;

const REQUIRED_BY_DEPENDENT: { [Model in DependentModel]: readonly RequireRows<OpOf<Model>>[] } = {
  channels: [requiredByChannels],
  guilds: [requiredByGuilds],
  members: [requiredByMembers],
  messages: [requiredByMessages, requiredByPolledMessages],
  polls: [requiredByPolls],
  positions: [],
  reactions: [requiredByReactions],
  roles: [requiredByRoles],
  voice: [requiredByVoice],
};

const INDEPENDENT = Object.entries(INDEPENDENT_MODELS);
const REQUIRED = {
  ...REQUIRED_BY_DEPENDENT,
  ...Object.fromEntries(INDEPENDENT.map(([name, { requires }]) => [name, [requires]])),
} as unknown as Record<ModelName, readonly RequireRows<RowOp>[]>;

const isIndependent = (model: ModelName): model is keyof typeof INDEPENDENT_MODELS =>
  Object.hasOwn(INDEPENDENT_MODELS, model);

/** The rows that operations may read or write. `highestMessageId`: no stored message has a higher id; absent: not known. */
export function rowsRequiredBy(ops: Iterable<RowOp>, highestMessageId?: Snowflake): RequiredRows {
  const required = new RequiredRows(highestMessageId);
  for (const op of ops) for (const requires of REQUIRED[op.model]) requires(op, required);
  return required;
}

/**
 * Applies a batch's events, in order, to the rows they affect, so that each row is written once however often it changes.
 * Deterministic: the same rows and events give the same result for any division into batches.
 */
export class WorkingSet implements Record<DependentModel, unknown> {
  readonly feeds: FeedChain;
  readonly guilds: GuildSet;
  readonly channels: ChannelSet;
  readonly threadMembers = new ThreadMemberSet();
  readonly roles: RoleSet;
  readonly members: MemberSet;
  readonly voice: VoiceSet;
  readonly messages: MessageSet;
  readonly polls: PollSet;
  readonly reactions: ReactionSet;
  readonly counts = new HourlyCounts();
  readonly positions = new StreamPositions();
  readonly independent: IndependentRows;

  /** `muted`: no changes are announced, but the heads move as they would have, or to `headSeq`. */
  constructor(loaded: LoadedRows, { muted = false, headSeq }: { muted?: boolean; headSeq?: number } = {}) {
    this.feeds = new FeedChain(loaded, muted, headSeq);
    this.guilds = new GuildSet(loaded, this.feeds);
    this.channels = new ChannelSet(loaded, this.feeds, this.threadMembers);
    this.roles = new RoleSet(loaded, this.feeds);
    this.members = new MemberSet(loaded, this.feeds, this.threadMembers);
    this.voice = new VoiceSet(loaded, this.feeds);
    const isDeleted = (messageId: Snowflake): boolean => this.messages.isDeleted(messageId);
    const messageOf = (messageId: Snowflake) => this.messages.rows.get(messageId);
    this.reactions = new ReactionSet(loaded, this.feeds, this.counts, messageOf, isDeleted);
    this.polls = new PollSet(loaded, this.feeds, messageOf, isDeleted);
    const parts: MessageParts[] = [this.reactions, this.polls];
    this.messages = new MessageSet(loaded, this.feeds, this.counts, parts);
    const created = INDEPENDENT.map(([name, model]) => [name, model.create(loaded, this.feeds)]);
    this.independent = Object.fromEntries(created) as IndependentRows;
  }

  get changes(): Change[] {
    return this.feeds.changes;
  }

  /** `seq` is the stream sequence of the operation's event. */
  apply(op: RowOp, seq: number): void {
    const rows = isIndependent(op.model) ? this.independent[op.model] : this[op.model];
    (rows as RowModel<RowOp>).apply(op, seq);
  }

  /** The writes, in this order. */
  writes(): RowWrite[] {
    const { guilds, channels, roles, members, voice, messages, polls, reactions } = this;
    const { threadMembers, counts, positions, independent, feeds } = this;
    const places = [guilds, channels, roles, members, voice];
    const rest = [messages, polls, reactions, threadMembers, counts, positions];
    return [...places, ...rest, ...Object.values(independent), feeds]
      .flatMap((rows) => rows.writes())
      .filter((write) => !isEmpty(write));
  }
}
