import type {
  AccessDecision,
  AccessExplanation,
  AccessGrant,
  AccessRule,
  AccessStep,
  AttachmentState,
  AuditEntry,
  AuthMethods,
  Me,
  MessageBody,
  MessageMentions,
  MessageReference,
  MessagesBulk,
  MessageUpdateBody,
  ModerationEntry,
  ModerationPerson,
  PollAnswer,
  PollState,
  Positioned,
  Problem,
  QueueCounts,
  QueueEntry,
  QueuePerson,
  ReactionBody,
  ReactionClearBody,
  RestAsOf,
  RestAttachmentLink,
  RestAttachmentText,
  RestChannel,
  RestChannelDiff,
  RestChannelStatistics,
  RestConnections,
  RestEvent,
  RestEventPage,
  RestExport,
  RestExportFile,
  RestExportList,
  RestExportPage,
  RestExportSize,
  RestGap,
  RestGapPage,
  RestGuildDiff,
  RestGuildStatistics,
  RestHealth,
  RestMember,
  RestMemberPage,
  RestMessagePage,
  RestMessagesAsOf,
  RestMetrics,
  RestModerationPage,
  RestQueuePage,
  RestQueueSettings,
  RestQueueStatistics,
  RestReaction,
  RestReactionPage,
  RestRevision,
  RestRole,
  RestRooms,
  RestScheduledEvent,
  RestSearchPage,
  RestSystem,
  RestThread,
  RestThreadPage,
  RestTombstone,
  ServiceToken,
  SourceStatus,
  StickerItem,
  SystemGap,
  SystemInstance,
  SystemParkedEvent,
  SystemPartition,
  SystemShard,
  WebhookAttempt,
  WebhookBody,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookSecret,
  WireAuthor,
  WireEmoji,
  WireGuild,
  WireHistoryMessage,
  WireMessageDelete,
  WireReactionCount,
  WireRoom,
} from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';

/** The type behind each schema of the OpenAPI document, by schema name; `npm run docs` generates the schemas from them. */
export interface Answers {
  AccessDecision: AccessDecision;
  AccessExplanation: AccessExplanation;
  AccessGrant: AccessGrant;
  AccessRule: AccessRule;
  AccessStep: AccessStep;
  AsOf: RestAsOf;
  Attachment: AttachmentState;
  AttachmentLink: RestAttachmentLink;
  AttachmentText: RestAttachmentText;
  AuditEntry: AuditEntry;
  Author: WireAuthor;
  AuthMethods: AuthMethods;
  Channel: RestChannel;
  ChannelDiff: RestChannelDiff;
  ChannelEvent: RestEvent;
  ChannelStatistics: RestChannelStatistics;
  Connections: RestConnections;
  Emoji: WireEmoji;
  EventPage: RestEventPage;
  Export: RestExport;
  ExportFile: RestExportFile;
  ExportList: RestExportList;
  ExportPage: RestExportPage;
  ExportSize: RestExportSize;
  Figures: RestMetrics;
  Gap: RestGap;
  GapPage: RestGapPage;
  Guild: WireGuild;
  GuildDiff: RestGuildDiff;
  GuildStatistics: RestGuildStatistics;
  Health: RestHealth;
  Live: { status: 'ok' };
  Me: Me;
  Member: RestMember;
  MemberPage: RestMemberPage;
  Mentions: MessageMentions;
  Message: WireHistoryMessage;
  MessageCreated: MessageCreated;
  MessageDeleted: MessageDeleted;
  MessagePage: RestMessagePage;
  MessagesAsOf: RestMessagesAsOf;
  MessageUpdated: MessageUpdated;
  ModerationEntry: ModerationEntry;
  ModerationPage: RestModerationPage;
  ModerationPerson: ModerationPerson;
  /** With the token itself, which is shown only once. */
  NewServiceToken: ServiceToken & { token: string };
  /** With its secret, which is shown only once. */
  NewWebhook: WebhookEndpoint & WebhookSecret;
  Poll: PollState;
  PollAnswer: PollAnswer;
  Problem: Problem;
  QueueCounts: QueueCounts;
  QueueEntry: QueueEntry;
  QueuePage: RestQueuePage;
  QueuePerson: QueuePerson;
  QueueSettings: RestQueueSettings;
  QueueStatistics: RestQueueStatistics;
  Reaction: RestReaction;
  ReactionChanged: ReactionChanged;
  ReactionCount: WireReactionCount;
  ReactionPage: RestReactionPage;
  ReactionsCleared: ReactionsCleared;
  Readiness: Pick<StatusReport, 'state' | 'checks'>;
  Reference: MessageReference;
  Revision: RestRevision;
  Role: RestRole;
  Room: WireRoom;
  Rooms: RestRooms;
  ScheduledEvent: RestScheduledEvent;
  SearchPage: RestSearchPage;
  ServiceToken: ServiceToken;
  Snapshot: MessagesBulk;
  SourceStatus: SourceStatus;
  StatusReport: StatusReport;
  Sticker: StickerItem;
  System: RestSystem;
  SystemGap: SystemGap;
  SystemInstance: SystemInstance;
  SystemParkedEvent: SystemParkedEvent;
  SystemPartition: SystemPartition;
  SystemShard: SystemShard;
  Thread: RestThread;
  ThreadPage: RestThreadPage;
  Tombstone: RestTombstone;
  Webhook: WebhookEndpoint;
  WebhookAttempt: WebhookAttempt;
  WebhookBody: WebhookBody;
  WebhookDelivery: WebhookDelivery;
  WebhookSecret: WebhookSecret;
}

/** The name of a schema, or of a list of it: the name followed by `[]`. */
export type AnswerName = keyof Answers | `${keyof Answers}[]`;

/** The return type of an endpoint that responds with this schema. */
export type AnswerOf<Name extends AnswerName> = Name extends keyof Answers
  ? Answers[Name]
  : Name extends `${infer Item extends keyof Answers}[]`
    ? Answers[Item][]
    : never;

export type MessageCreated = MessageBody & Positioned;
export type MessageUpdated = MessageUpdateBody & Positioned;
export type MessageDeleted = WireMessageDelete & Positioned;
export type ReactionChanged = ReactionBody & Positioned;
export type ReactionsCleared = ReactionClearBody & Positioned;

interface Event<Name, Payload> {
  event: Name;
  payload: Payload;
}

/**
 * An event of a channel with the payload of its type; in `RestEvent`, every type allows every payload.
 * @public its schema is made from the exported type
 */
export type ChannelEvent =
  | Event<'message.created', MessageCreated>
  | Event<'message.updated', MessageUpdated>
  | Event<'message.deleted', MessageDeleted>
  | Event<'reaction.added' | 'reaction.removed', ReactionChanged>
  | Event<'reaction.cleared', ReactionsCleared>;
