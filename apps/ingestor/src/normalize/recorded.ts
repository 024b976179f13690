import type { EventType } from '@discord-relay/contracts';
import { GatewayDispatchEvents as D } from 'discord-api-types/v10';
import * as assets from './dispatches/normalize-assets.js';
import * as channel from './dispatches/normalize-channel.js';
import * as ephemeral from './dispatches/normalize-ephemeral.js';
import * as gathering from './dispatches/normalize-gathering.js';
import * as guild from './dispatches/normalize-guild.js';
import * as member from './dispatches/normalize-member.js';
import * as message from './dispatches/normalize-message.js';
import * as reaction from './dispatches/normalize-reaction.js';
import type { NormalizeResult, Origin } from './events/normalize-result.js';
import * as role from './dispatches/normalize-role.js';
import * as staff from './dispatches/normalize-staff.js';
import * as thread from './dispatches/normalize-thread.js';
import * as voice from './dispatches/normalize-voice.js';
import type { NOT_RECORDED } from './not-recorded.js';
import type { Fields } from './fields/read-fields.js';

interface Recording {
  read: (origin: Origin, fields: Fields) => NormalizeResult;
  /** What the dispatch can become; the documentation is made from it. */
  becomes: readonly EventType[];
}

const as = (read: Recording['read'], ...becomes: EventType[]): Recording => ({ read, becomes });

/** Every dispatch of Discord's is here or in NOT_RECORDED; one in neither or in both does not compile. */
export const RECORDED = {
  [D.GuildCreate]: as(
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
  [D.GuildUpdate]: as(guild.guildUpdated, 'guild.updated'),
  [D.GuildDelete]: as(guild.guildDisappeared, 'guild.left', 'guild.unavailable'),
  [D.ChannelCreate]: as(channel.channelCreated, 'channel.created', 'room.created'),
  [D.ChannelUpdate]: as(channel.channelUpdated, 'channel.updated', 'room.updated'),
  [D.ChannelDelete]: as(channel.channelDeleted, 'channel.deleted', 'room.deleted'),
  [D.ChannelPinsUpdate]: as(channel.pinsUpdated, 'channel.pins_updated'),
  [D.VoiceChannelStatusUpdate]: as(channel.roomStatusUpdated, 'room.status_updated'),
  [D.ThreadCreate]: as(thread.threadCreated, 'thread.created', 'thread.synced'),
  [D.ThreadUpdate]: as(thread.threadUpdated, 'thread.updated'),
  [D.ThreadDelete]: as(thread.threadDeleted, 'thread.deleted'),
  [D.ThreadListSync]: as(
    thread.threadsListed,
    'thread.list_synced',
    'thread.synced',
    'thread.member_updated',
  ),
  [D.ThreadMemberUpdate]: as(thread.threadMemberUpdated, 'thread.member_updated'),
  [D.ThreadMembersUpdate]: as(thread.threadMembersUpdated, 'thread.members_updated'),
  [D.VoiceStateUpdate]: as(
    voice.voiceStateChanged,
    'voice.joined',
    'voice.moved',
    'voice.updated',
    'voice.left',
  ),
  [D.MessageCreate]: as(message.messageCreated, 'message.created', 'message.updated'),
  [D.MessageUpdate]: as(message.messageUpdated, 'message.updated'),
  [D.MessageDelete]: as(message.messageDeleted, 'message.deleted'),
  [D.MessageDeleteBulk]: as(message.messagesBulkDeleted, 'message.bulk_deleted'),
  [D.MessageReactionAdd]: as(reaction.reactionAdded, 'reaction.added'),
  [D.MessageReactionRemove]: as(reaction.reactionRemoved, 'reaction.removed'),
  [D.MessageReactionRemoveAll]: as(reaction.reactionsCleared, 'reaction.cleared'),
  [D.MessageReactionRemoveEmoji]: as(reaction.emojiCleared, 'reaction.cleared'),
  [D.MessagePollVoteAdd]: as(reaction.voteAdded, 'poll.vote_added'),
  [D.MessagePollVoteRemove]: as(reaction.voteRemoved, 'poll.vote_removed'),
  [D.GuildMemberAdd]: as(member.memberJoined, 'member.joined'),
  [D.GuildMemberUpdate]: as(member.memberUpdated, 'member.updated'),
  [D.GuildMemberRemove]: as(member.memberLeft, 'member.left'),
  [D.GuildMembersChunk]: as(member.membersListed, 'member.synced', 'member.range_listed'),
  [D.GuildBanAdd]: as(member.banAdded, 'ban.added'),
  [D.GuildBanRemove]: as(member.banRemoved, 'ban.removed'),
  [D.GuildRoleCreate]: as(role.roleCreated, 'role.created'),
  [D.GuildRoleUpdate]: as(role.roleUpdated, 'role.updated'),
  [D.GuildRoleDelete]: as(role.roleDeleted, 'role.deleted'),
  [D.GuildEmojisUpdate]: as(assets.emojisUpdated, 'emoji.synced'),
  [D.GuildStickersUpdate]: as(assets.stickersUpdated, 'sticker.synced'),
  [D.GuildSoundboardSoundCreate]: as(assets.soundCreated, 'soundboard.sound_created'),
  [D.GuildSoundboardSoundUpdate]: as(assets.soundUpdated, 'soundboard.sound_updated'),
  [D.GuildSoundboardSoundDelete]: as(assets.soundDeleted, 'soundboard.sound_deleted'),
  [D.GuildSoundboardSoundsUpdate]: as(assets.soundsUpdated, 'soundboard.synced'),
  [D.GuildScheduledEventCreate]: as(gathering.scheduledEventCreated, 'scheduled_event.created'),
  [D.GuildScheduledEventUpdate]: as(gathering.scheduledEventUpdated, 'scheduled_event.updated'),
  [D.GuildScheduledEventDelete]: as(gathering.scheduledEventDeleted, 'scheduled_event.deleted'),
  [D.GuildScheduledEventUserAdd]: as(gathering.scheduledEventUserAdded, 'scheduled_event.user_added'),
  [D.GuildScheduledEventUserRemove]: as(gathering.scheduledEventUserRemoved, 'scheduled_event.user_removed'),
  [D.StageInstanceCreate]: as(gathering.stageCreated, 'stage.created'),
  [D.StageInstanceUpdate]: as(gathering.stageUpdated, 'stage.updated'),
  [D.StageInstanceDelete]: as(gathering.stageDeleted, 'stage.deleted'),
  [D.InviteCreate]: as(staff.inviteCreated, 'invite.created'),
  [D.InviteDelete]: as(staff.inviteDeleted, 'invite.deleted'),
  [D.WebhooksUpdate]: as(staff.webhooksUpdated, 'webhooks.updated'),
  [D.IntegrationCreate]: as(staff.integrationCreated, 'integration.created'),
  [D.IntegrationUpdate]: as(staff.integrationUpdated, 'integration.updated'),
  [D.IntegrationDelete]: as(staff.integrationDeleted, 'integration.deleted'),
  [D.AutoModerationRuleCreate]: as(staff.ruleCreated, 'automod.rule_created'),
  [D.AutoModerationRuleUpdate]: as(staff.ruleUpdated, 'automod.rule_updated'),
  [D.AutoModerationRuleDelete]: as(staff.ruleDeleted, 'automod.rule_deleted'),
  [D.AutoModerationActionExecution]: as(staff.ruleExecuted, 'automod.action_executed'),
  [D.GuildAuditLogEntryCreate]: as(staff.auditLogged, 'audit_log.entry_created'),
  [D.PresenceUpdate]: as(ephemeral.presenceUpdated, 'presence.updated'),
  [D.TypingStart]: as(ephemeral.typingStarted, 'typing.started'),
} as const satisfies Record<Exclude<D, keyof typeof NOT_RECORDED>, Recording>;

const TABLE: ReadonlyMap<unknown, Recording> = new Map<unknown, Recording>(Object.entries(RECORDED));

/** How a dispatch is recorded; undefined when it is not. */
export const recordingOf = (type: unknown): Recording | undefined => TABLE.get(type);
