import {
  MessageFlags,
  MessageReferenceType,
  MessageType,
  type APIMessage,
  type APIUser,
} from 'discord-api-types/v10';
import type { InteractionMark, MessageRecord, ChannelOrThread, UserRecord } from '../state/model/records.js';
import type { World } from '../state/world.js';
import { attachmentPayload } from './attachment-payload.js';
import { componentsPayload } from './component-payload.js';
import { memberPayload } from './guild-payload.js';
import { discordTime } from '../state/model/discord-time.js';
import { pollPayload } from './poll-payload.js';
import { reactionFields } from './reaction-payload.js';
import { stickerFields } from './sticker-payload.js';
import { threadPayload } from './thread-payload.js';
import { userPayload, webhookUser } from './user-payload.js';

/** A message object as REST returns it. */
export function messagePayload(world: World, message: MessageRecord): APIMessage {
  const payload = basicMessage(world, message);
  if (message.system?.reference)
    Object.assign(payload, systemReference(world, message, message.system.reference));
  if (message.replyToId !== null) Object.assign(payload, replyFields(world, message, message.replyToId));
  return payload as APIMessage;
}

/** `d` of MESSAGE_CREATE and MESSAGE_UPDATE: the message with `guild_id`, `member` and `channel_type`. */
export function messageDispatchPayload(world: World, message: MessageRecord, channel: ChannelOrThread) {
  const { guildId } = channel;
  const member = world.members.find(guildId, message.authorId);
  const payload = messagePayload(world, message);
  return Object.assign(payload, {
    guild_id: guildId,
    channel_type: channel.type,
    ...(member ? { member: memberPayload(member) } : {}),
    mentions: payload.mentions.map((user) => ({ ...user, ...memberField(world, guildId, user.id) })),
  });
}

/** The payload for a client without MESSAGE_CONTENT: Discord empties the fields instead of omitting them, except the poll. */
export function withoutContent<T extends object>(payload: T): T {
  const { poll: _hidden, ...shown } = payload as T & { poll?: unknown };
  return { ...(shown as T), content: '', embeds: [], attachments: [], components: [] };
}

/**
 * Whether Discord shows a message's content to the bot even without MESSAGE_CONTENT: its own messages, and those that mention
 * it.
 */
export function isContentAlwaysShown(world: World, message: MessageRecord): boolean {
  const { id } = world.bot;
  return (
    message.authorId === id || message.content.includes(`<@${id}>`) || message.content.includes(`<@!${id}>`)
  );
}

function basicMessage(world: World, message: MessageRecord) {
  const attachments = (message.attachments ?? []).map((each) =>
    attachmentPayload(world.links, message.channelId, each),
  );
  return {
    id: message.id,
    type: message.system?.type ?? (message.replyToId === null ? MessageType.Default : MessageType.Reply),
    channel_id: message.channelId,
    author: authorPayload(world, message),
    ...webhookFields(world, message),
    content: message.content,
    timestamp: discordTime(message.atMs),
    edited_timestamp: message.editedAtMs === null ? null : discordTime(message.editedAtMs),
    tts: message.tts,
    mention_everyone: /@(everyone|here)\b/.test(message.content),
    mentions: mentionsOf(world, message.content).map(userPayload),
    mention_roles: roleMentionsOf(message.content),
    attachments,
    embeds: message.embeds,
    components: componentsPayload(message.components ?? [], attachments),
    pinned: message.pinnedAtMs !== undefined,
    ...threadFields(world, message),
    ...reactionFields(world, message),
    ...stickerFields(message),
    ...(message.poll ? { poll: pollPayload(message.poll, world.bot.id) } : {}),
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
  };
}

function systemReference(
  world: World,
  message: MessageRecord,
  { channelId, messageId }: { channelId: string; messageId?: string },
) {
  const { guildId } = world.channelOrThread(message.channelId);
  return {
    message_reference: {
      type: MessageReferenceType.Default,
      channel_id: channelId,
      guild_id: guildId,
      ...(messageId !== undefined && { message_id: messageId }),
    },
  };
}

function replyFields(world: World, message: MessageRecord, replyToId: string) {
  const original = world.history(message.channelId).get(replyToId);
  return {
    message_reference: {
      type: MessageReferenceType.Default,
      channel_id: message.channelId,
      message_id: replyToId,
      guild_id: world.channelOrThread(message.channelId).guildId,
    },
    referenced_message: original === undefined ? null : basicMessage(world, original),
  };
}

/** Only for current members. */
function memberField(world: World, guildId: string, userId: string) {
  const member = world.members.find(guildId, userId);
  return member ? { member: memberPayload(member) } : {};
}

/** The thread that starts at a message; the first message of a forum post is in the post. */
function threadFields(world: World, message: MessageRecord) {
  const thread = message.channelId === message.id ? undefined : world.threads.find(message.id);
  const flags = message.flags ?? 0;
  return thread ? { flags: flags | MessageFlags.HasThread, thread: threadPayload(world, thread) } : { flags };
}

/** A webhook writes under its own name, or under the one in the request. */
function authorPayload(world: World, { authorId, webhook }: MessageRecord): APIUser {
  if (webhook?.id !== authorId) return userPayload(world.user(authorId));
  const username = webhook.name ?? world.webhooks.find(webhook.id)?.name ?? 'webhook';
  return { ...webhookUser(webhook.id, username), avatar: null };
}

function webhookFields(world: World, { webhook, interaction }: MessageRecord) {
  if (!webhook) return {};
  const isOwn = webhook.id === world.bot.id;
  return {
    webhook_id: webhook.id,
    ...(isOwn ? { application_id: webhook.id } : {}),
    ...(interaction ? { interaction_metadata: interactionMetadata(world, interaction) } : {}),
  };
}

function interactionMetadata(world: World, mark: InteractionMark) {
  const user = userPayload(world.user(mark.userId));
  return {
    id: mark.id,
    type: mark.type,
    user,
    authorizing_integration_owners: {},
    ...(mark.originalMessageId === undefined ? {} : { original_response_message_id: mark.originalMessageId }),
    ...(mark.interactedMessageId === undefined ? {} : { interacted_message_id: mark.interactedMessageId }),
  };
}

function mentionsOf(world: World, content: string): UserRecord[] {
  if (!content.includes('<@')) return [];
  const ids = new Set(Array.from(content.matchAll(/<@!?(\d{1,20})>/g), (match) => match[1] ?? ''));
  return [...ids].flatMap((id) => world.users.get(id) ?? []);
}

function roleMentionsOf(content: string): APIUser['id'][] {
  if (!content.includes('<@&')) return [];
  return [...new Set(Array.from(content.matchAll(/<@&([1-9]\d{0,19})>/g), (match) => match[1] ?? ''))];
}
