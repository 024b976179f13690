import type { Change, Snowflake } from '@discord-relay/contracts';
import { ChannelSet, wantsOfChannels } from './channels/channel-set.js';
import { HourlyCounts } from './counts/hourly-counts.js';
import { StreamPositions } from './counts/stream-positions.js';
import { GuildSet, wantsOfGuilds } from './guilds/guild-set.js';
import { MemberSet, wantsOfMembers } from './members/member-set.js';
import { type IndependentRows, INDEPENDENT_MODELS } from './models.js';
import { type MessageParts, MessageSet, wantsOfMessages } from './messages/message-set.js';
import { PollSet, wantsOfPolledMessages, wantsOfPolls } from './polls/poll-set.js';
import { ReactionSet, wantsOfReactions } from './reactions/reaction-set.js';
import { RoleSet, wantsOfRoles } from './roles/role-set.js';
import type { ModelName, OpOf, RowOp } from './row-op.js';
import { FeedChain } from './shared/feed-chain.js';
import type { RowModel, Wants } from './shared/row-model.js';
import { type LoadedRows, WantedRows } from './shared/row-read.js';
import { isEmpty, type RowWrite } from './shared/row-write.js';
import { ThreadMemberSet } from './thread-members/thread-member-set.js';
import { VoiceSet, wantsOfVoice } from './voice/voice-set.js';

type TiedModel = Exclude<ModelName, keyof typeof INDEPENDENT_MODELS>;

const WANTS_OF_TIED: { [Model in TiedModel]: readonly Wants<OpOf<Model>>[] } = {
  channels: [wantsOfChannels],
  guilds: [wantsOfGuilds],
  members: [wantsOfMembers],
  messages: [wantsOfMessages, wantsOfPolledMessages],
  polls: [wantsOfPolls],
  positions: [],
  reactions: [wantsOfReactions],
  roles: [wantsOfRoles],
  voice: [wantsOfVoice],
};

const INDEPENDENT = Object.entries(INDEPENDENT_MODELS);
const WANTS = {
  ...WANTS_OF_TIED,
  ...Object.fromEntries(INDEPENDENT.map(([name, { wants }]) => [name, [wants]])),
} as unknown as Record<ModelName, readonly Wants<RowOp>[]>;

const isIndependent = (model: ModelName): model is keyof typeof INDEPENDENT_MODELS =>
  Object.hasOwn(INDEPENDENT_MODELS, model);

/** The rows that operations may read or write. */
export function rowsWantedBy(ops: Iterable<RowOp>): WantedRows {
  const wanted = new WantedRows();
  for (const op of ops) for (const wants of WANTS[op.model]) wants(op, wanted);
  return wanted;
}

/**
 * Applies a batch's events, in order, to the rows they affect, so that each row is written once however often it changes.
 * Deterministic: the same rows and events give the same result for any division into batches.
 */
export class WorkingSet implements Record<TiedModel, unknown> {
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
    this.reactions = new ReactionSet(loaded, this.feeds, this.counts, isDeleted);
    const messageOf = (messageId: Snowflake) => this.messages.rows.get(messageId);
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
