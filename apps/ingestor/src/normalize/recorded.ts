import type { EventType } from '@discord-relay/contracts';
import { GatewayDispatchEvents as D } from 'discord-api-types/v10';
import * as assets from './dispatches/normalize-assets.js';
import * as channel from './dispatches/normalize-channel.js';
import * as ephemeral from './dispatches/normalize-ephemeral.js';
import * as scheduledEvent from './dispatches/normalize-scheduled-event.js';
import * as guild from './dispatches/normalize-guild.js';
import * as member from './dispatches/normalize-member.js';
import * as message from './dispatches/normalize-message.js';
import * as reaction from './dispatches/normalize-reaction.js';
import type { NormalizeResult, Origin } from './events/normalize-result.js';
import * as role from './dispatches/normalize-role.js';
import * as administration from './dispatches/normalize-administration.js';
import * as thread from './dispatches/normalize-thread.js';
import * as voice from './dispatches/normalize-voice.js';
import type { NOT_RECORDED } from './not-recorded.js';
import type { Fields } from './fields/read-fields.js';

interface Recording {
  read: (origin: Origin, fields: Fields) => NormalizeResult;
  /** The events that the dispatch can become; the documentation is generated from it. */
  becomes: readonly EventType[];
}

const recording = (read: Recording['read'], ...becomes: EventType[]): Recording => ({ read, becomes });

/** Every dispatch of Discord's is here or in NOT_RECORDED; one that is in neither or in both does not compile. */
export const RECORDED = {
  [D.GuildCreate]: recording(
    guild.guildAppeared,
    'guild.synced',
    'guild.unavailable',
    'channel.synced',
    'room.synced',
    'thread.synced',
    'role.synced',
    'member.synced',
    'voice.joined',
    'stage.synced',
    'scheduled_event.synced',
    'emoji.synced',
    'sticker.synced',
    'soundboard.synced',
  ),
  [D.GuildUpdate]: recording(guild.guildUpdated, 'guild.updated'),
  [D.GuildDelete]: recording(guild.guildDisappeared, 'guild.left', 'guild.unavailable'),
  [D.ChannelCreate]: recording(channel.channelCreated, 'channel.created', 'room.created'),
  [D.ChannelUpdate]: recording(channel.channelUpdated, 'channel.updated', 'room.updated'),
  [D.ChannelDelete]: recording(channel.channelDeleted, 'channel.deleted', 'room.deleted'),
  [D.ChannelPinsUpdate]: recording(channel.pinsUpdated, 'channel.pins_updated'),
  [D.VoiceChannelStatusUpdate]: recording(channel.roomStatusUpdated, 'room.status_updated'),
  [D.ThreadCreate]: recording(thread.threadCreated, 'thread.created', 'thread.synced'),
  [D.ThreadUpdate]: recording(thread.threadUpdated, 'thread.updated'),
  [D.ThreadDelete]: recording(thread.threadDeleted, 'thread.deleted'),
  [D.ThreadListSync]: recording(
    thread.threadsListed,
    'thread.list_synced',
    'thread.synced',
    'thread.member_updated',
  ),
  [D.ThreadMemberUpdate]: recording(thread.threadMemberUpdated, 'thread.member_updated'),
  [D.ThreadMembersUpdate]: recording(thread.threadMembersUpdated, 'thread.members_updated'),
  [D.VoiceStateUpdate]: recording(
    voice.voiceStateChanged,
    'voice.joined',
    'voice.moved',
    'voice.updated',
    'voice.left',
  ),
  [D.MessageCreate]: recording(message.messageCreated, 'message.created', 'message.updated'),
  [D.MessageUpdate]: recording(message.messageUpdated, 'message.updated'),
  [D.MessageDelete]: recording(message.messageDeleted, 'message.deleted'),
  [D.MessageDeleteBulk]: recording(message.messagesBulkDeleted, 'message.bulk_deleted'),
  [D.MessageReactionAdd]: recording(reaction.reactionAdded, 'reaction.added'),
  [D.MessageReactionRemove]: recording(reaction.reactionRemoved, 'reaction.removed'),
  [D.MessageReactionRemoveAll]: recording(reaction.reactionsCleared, 'reaction.cleared'),
  [D.MessageReactionRemoveEmoji]: recording(reaction.emojiCleared, 'reaction.cleared'),
  [D.MessagePollVoteAdd]: recording(reaction.voteAdded, 'poll.vote_added'),
  [D.MessagePollVoteRemove]: recording(reaction.voteRemoved, 'poll.vote_removed'),
  [D.GuildMemberAdd]: recording(member.memberJoined, 'member.joined'),
  [D.GuildMemberUpdate]: recording(member.memberUpdated, 'member.updated'),
  [D.GuildMemberRemove]: recording(member.memberLeft, 'member.left'),
  [D.GuildMembersChunk]: recording(member.membersListed, 'member.synced', 'member.range_listed'),
  [D.GuildBanAdd]: recording(member.banAdded, 'ban.added'),
  [D.GuildBanRemove]: recording(member.banRemoved, 'ban.removed'),
  [D.GuildRoleCreate]: recording(role.roleCreated, 'role.created'),
  [D.GuildRoleUpdate]: recording(role.roleUpdated, 'role.updated'),
  [D.GuildRoleDelete]: recording(role.roleDeleted, 'role.deleted'),
  [D.GuildEmojisUpdate]: recording(assets.emojisUpdated, 'emoji.synced'),
  [D.GuildStickersUpdate]: recording(assets.stickersUpdated, 'sticker.synced'),
  [D.GuildSoundboardSoundCreate]: recording(assets.soundCreated, 'soundboard.sound_created'),
  [D.GuildSoundboardSoundUpdate]: recording(assets.soundUpdated, 'soundboard.sound_updated'),
  [D.GuildSoundboardSoundDelete]: recording(assets.soundDeleted, 'soundboard.sound_deleted'),
  [D.GuildSoundboardSoundsUpdate]: recording(assets.soundsUpdated, 'soundboard.synced'),
  [D.GuildScheduledEventCreate]: recording(scheduledEvent.scheduledEventCreated, 'scheduled_event.created'),
  [D.GuildScheduledEventUpdate]: recording(scheduledEvent.scheduledEventUpdated, 'scheduled_event.updated'),
  [D.GuildScheduledEventDelete]: recording(scheduledEvent.scheduledEventDeleted, 'scheduled_event.deleted'),
  [D.GuildScheduledEventUserAdd]: recording(
    scheduledEvent.scheduledEventUserAdded,
    'scheduled_event.user_added',
  ),
  [D.GuildScheduledEventUserRemove]: recording(
    scheduledEvent.scheduledEventUserRemoved,
    'scheduled_event.user_removed',
  ),
  [D.StageInstanceCreate]: recording(scheduledEvent.stageCreated, 'stage.created'),
  [D.StageInstanceUpdate]: recording(scheduledEvent.stageUpdated, 'stage.updated'),
  [D.StageInstanceDelete]: recording(scheduledEvent.stageDeleted, 'stage.deleted'),
  [D.InviteCreate]: recording(administration.inviteCreated, 'invite.created'),
  [D.InviteDelete]: recording(administration.inviteDeleted, 'invite.deleted'),
  [D.WebhooksUpdate]: recording(administration.webhooksUpdated, 'webhooks.updated'),
  [D.IntegrationCreate]: recording(administration.integrationCreated, 'integration.created'),
  [D.IntegrationUpdate]: recording(administration.integrationUpdated, 'integration.updated'),
  [D.IntegrationDelete]: recording(administration.integrationDeleted, 'integration.deleted'),
  [D.AutoModerationRuleCreate]: recording(administration.ruleCreated, 'automod.rule_created'),
  [D.AutoModerationRuleUpdate]: recording(administration.ruleUpdated, 'automod.rule_updated'),
  [D.AutoModerationRuleDelete]: recording(administration.ruleDeleted, 'automod.rule_deleted'),
  [D.AutoModerationActionExecution]: recording(administration.ruleExecuted, 'automod.action_executed'),
  [D.GuildAuditLogEntryCreate]: recording(administration.auditLogged, 'audit_log.entry_created'),
  [D.PresenceUpdate]: recording(ephemeral.presenceUpdated, 'presence.updated'),
  [D.TypingStart]: recording(ephemeral.typingStarted, 'typing.started'),
} as const satisfies Record<Exclude<D, keyof typeof NOT_RECORDED>, Recording>;

const TABLE: ReadonlyMap<unknown, Recording> = new Map<unknown, Recording>(Object.entries(RECORDED));

/** How a dispatch is recorded; undefined if it is not. */
export const recordingOf = (type: unknown): Recording | undefined => TABLE.get(type);
