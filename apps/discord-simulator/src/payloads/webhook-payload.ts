import { WebhookType } from 'discord-api-types/v10';
import type { WebhookRecord } from '../state/model/records.js';
import type { World } from '../state/world.js';
import { userPayload } from './user-payload.js';

/** A webhook as the bot sees it, with its URL. */
export function webhookPayload(world: World, webhook: WebhookRecord) {
  const url = `${world.links.origin}/api/webhooks/${webhook.id}/${webhook.token}`;
  const isOwn = webhook.creatorId === world.bot.id;
  return {
    id: webhook.id,
    type: WebhookType.Incoming,
    guild_id: webhook.guildId,
    channel_id: webhook.channelId,
    name: webhook.name,
    avatar: null,
    application_id: isOwn ? world.bot.id : null,
    user: userPayload(world.user(webhook.creatorId)),
    token: webhook.token,
    url,
  };
}

/** The webhook as a caller with its token sees it: without its creator. */
export function webhookByTokenPayload(world: World, webhook: WebhookRecord) {
  const { user: _creator, ...rest } = webhookPayload(world, webhook);
  return rest;
}
