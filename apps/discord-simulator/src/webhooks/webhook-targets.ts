import { MessageFlags } from 'discord-api-types/v10';
import { Inject, Injectable } from '@nestjs/common';
import { Interactions } from '../interactions/interactions.js';
import { DiscordError } from '../http/discord-error.js';
import { parseCreateMessage, parseEditMessage } from '../rest/messages/message-body.js';
import { snowflakeParam } from '../rest/request/message-query.js';
import type { Form } from '../rest/messages/upload.js';
import type { MessageRecord, WebhookRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';
import { World } from '../state/world.js';
import { WorldError } from '../state/model/world-error.js';

/** Parameters of an execution besides the message. */
export interface WebhookMessageOptions {
  username?: string;
  threadId?: Snowflake;
}

/** The targets of `/webhooks/{id}/{token}`: a channel's webhook, or an interaction of the application. */
@Injectable()
export class WebhookTargets {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Interactions) private readonly interactions: Interactions,
  ) {}

  /** @throws DiscordError 50027 when the token does not belong to the webhook. */
  webhook(id: string, token: string): WebhookRecord {
    const webhook = this.world.webhooks.get(snowflakeParam('webhook_id', id));
    if (webhook.token === token) return webhook;
    throw new DiscordError(401, 50027, 'Invalid Webhook Token');
  }

  post(id: string, token: string, form: Form, options: WebhookMessageOptions): MessageRecord {
    if (this.isInteraction(id)) return this.interactions.followUp(token, form);
    const webhook = this.webhook(id, token);
    const { flags, ...input } = parseCreateMessage(form);
    const { username, threadId } = options;
    return this.world.createMessage(this.placeOf(webhook, threadId), {
      ...input,
      // A webhook's message cannot be ephemeral.
      ...(flags === undefined ? {} : { flags: flags & ~MessageFlags.Ephemeral }),
      authorId: webhook.id,
      webhook: { id: webhook.id, ...(username === undefined ? {} : { name: username }) },
    });
  }

  message(id: string, token: string, messageId: string, threadId?: Snowflake): MessageRecord {
    if (this.isInteraction(id)) return this.interactions.message(token, messageId);
    return this.ownMessage(this.webhook(id, token), messageId, threadId);
  }

  edit(id: string, token: string, messageId: string, form: Form, threadId?: Snowflake): MessageRecord {
    if (this.isInteraction(id)) return this.interactions.edit(token, messageId, form);
    const message = this.ownMessage(this.webhook(id, token), messageId, threadId);
    return this.world.editMessage(message.channelId, message.id, parseEditMessage(form, message));
  }

  delete(id: string, token: string, messageId: string, threadId?: Snowflake): void {
    if (this.isInteraction(id)) return this.interactions.delete(token, messageId);
    const message = this.ownMessage(this.webhook(id, token), messageId, threadId);
    this.world.deleteMessage(message.channelId, message.id);
  }

  private isInteraction(id: string): boolean {
    return id === this.world.bot.id;
  }

  private ownMessage(webhook: WebhookRecord, messageId: string, threadId?: Snowflake): MessageRecord {
    const place = this.placeOf(webhook, threadId);
    const message = this.world.message(place, snowflakeParam('message_id', messageId));
    if (message.webhook?.id === webhook.id) return message;
    throw new WorldError('UNKNOWN_MESSAGE', `message ${messageId} does not belong to webhook ${webhook.id}`);
  }

  private placeOf(webhook: WebhookRecord, threadId?: Snowflake): Snowflake {
    if (threadId === undefined) return webhook.channelId;
    const thread = this.world.threads.get(threadId);
    if (thread.parentId === webhook.channelId) return thread.id;
    throw new WorldError('UNKNOWN_CHANNEL', `thread ${threadId} is not in channel ${webhook.channelId}`);
  }
}
