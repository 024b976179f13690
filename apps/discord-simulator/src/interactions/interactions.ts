import { InteractionResponseType as Answer, MessageFlags } from 'discord-api-types/v10';
import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { jsonDispatch } from '../gateway/dispatches/dispatch.js';
import { Gateway } from '../gateway/gateway.js';
import { OPTIONS, type SimulatorOptions } from '../options.js';
import { DiscordError, invalidForm } from '../http/discord-error.js';
import { parseCreateMessage, parseEditMessage } from '../rest/messages/message-body.js';
import { snowflakeParam } from '../rest/request/message-query.js';
import type { Form } from '../rest/messages/upload.js';
import type { MessageRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';
import { World } from '../state/world.js';
import { WorldError } from '../state/model/world-error.js';
import { parseCallback } from './callback-body.js';
import type { Interaction } from './interaction.js';
import { interactionPayload } from './interaction-payload.js';
import { epochMs } from '../state/model/world-types.js';

/** Lifetime of a token, as on Discord. */
const TOKEN_LIFETIME_MS = 15 * 60_000;
const MAX_KEPT = 10_000;

export type NewInteraction = Pick<Interaction, 'type' | 'channelId' | 'userId' | 'data' | 'sourceMessageId'>;

/** Interactions of users with the application. They are kept in memory only. */
@Injectable()
export class Interactions {
  private readonly byId = new Map<Snowflake, Interaction>();

  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(OPTIONS) private readonly options: SimulatorOptions,
  ) {}

  /** Sends INTERACTION_CREATE. */
  start(input: NewInteraction): Interaction {
    const { guildId } = this.world.openTextChannel(input.channelId);
    this.world.members.get(guildId, input.userId);
    const interaction: Interaction = {
      ...input,
      id: this.world.newId(),
      token: randomBytes(90).toString('base64url'),
      guildId,
      createdAtMs: epochMs(),
      answer: null,
      originalId: null,
      messageIds: [],
      ephemeral: new Map(),
    };
    this.byId.set(interaction.id, interaction);
    this.removeOldest();
    const payload = interactionPayload(this.world, interaction);
    this.gateway.publish(jsonDispatch('INTERACTION_CREATE', guildId, payload));
    return interaction;
  }

  /** @throws WorldError UNKNOWN_INTERACTION */
  get(id: Snowflake): Interaction {
    return this.byId.get(id) ?? unknownInteraction(id);
  }

  /** Create Interaction Response. @returns the interaction, with the response message. */
  answer(id: string, token: string, form: Form): { interaction: Interaction; message: MessageRecord | null } {
    const interaction = this.get(snowflakeParam('interaction_id', id));
    if (interaction.token !== token) unknownInteraction(id);
    if (interaction.answer) {
      throw new DiscordError(400, 40060, 'Interaction has already been acknowledged.');
    }
    if (epochMs() - interaction.createdAtMs > this.options.interactionWindowMs) unknownInteraction(id);
    const { type, data } = parseCallback(form.body);
    const message = this.messageOf(interaction, type, { body: data, files: form.files });
    interaction.answer = { type, data };
    interaction.originalId = message?.id ?? interaction.sourceMessageId;
    return { interaction, message };
  }

  followUp(token: string, form: Form): MessageRecord {
    const interaction = this.byToken(token);
    if (!interaction.answer) throw new DiscordError(404, 10015, 'Unknown Webhook');
    return this.post(interaction, parseCreateMessage(form));
  }

  message(token: string, messageId: string): MessageRecord {
    const { interaction, id } = this.locate(token, messageId);
    return interaction.ephemeral.get(id) ?? this.world.message(interaction.channelId, id);
  }

  /** A deferred response is complete with its first edit. */
  edit(token: string, messageId: string, form: Form): MessageRecord {
    const { interaction } = this.locate(token, messageId);
    const message = this.message(token, messageId);
    const patch = parseEditMessage(form, message);
    const kept = (message.flags ?? 0) & ~MessageFlags.Loading;
    return this.change(interaction, message, { ...patch, flags: (patch.flags ?? 0) | kept });
  }

  delete(token: string, messageId: string): void {
    const { interaction, id } = this.locate(token, messageId);
    if (interaction.ephemeral.delete(id)) return;
    this.world.deleteMessage(interaction.channelId, id);
  }

  private messageOf(interaction: Interaction, type: Answer, form: Form): MessageRecord | null {
    switch (type) {
      case Answer.ChannelMessageWithSource:
        return this.post(interaction, parseCreateMessage(form));
      case Answer.DeferredChannelMessageWithSource: {
        const { flags = 0 } = parseEditMessage(form, {});
        return this.post(interaction, { content: '', flags: flags | MessageFlags.Loading });
      }
      case Answer.UpdateMessage: {
        const source = this.sourceOf(interaction);
        return this.change(interaction, source, parseEditMessage(form, source));
      }
      default:
        return null;
    }
  }

  private post(
    interaction: Interaction,
    input: { content: string; flags?: number } & Partial<ReturnType<typeof parseCreateMessage>>,
  ): MessageRecord {
    const { channelId, originalId, sourceMessageId } = interaction;
    const { id: botId } = this.world.bot;
    const marked = {
      ...input,
      authorId: botId,
      webhook: { id: botId },
      interaction: {
        id: interaction.id,
        type: interaction.type,
        userId: interaction.userId,
        ...(originalId === null ? {} : { originalMessageId: originalId }),
        ...(sourceMessageId === null ? {} : { interactedMessageId: sourceMessageId }),
      },
    };
    const isEphemeral = ((input.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const { messages } = this.world;
    const message = isEphemeral ? messages.build(channelId, marked) : messages.create(channelId, marked);
    if (isEphemeral) interaction.ephemeral.set(message.id, message);
    interaction.messageIds.push(message.id);
    return message;
  }

  private change(
    interaction: Interaction,
    message: MessageRecord,
    patch: ReturnType<typeof parseEditMessage>,
  ): MessageRecord {
    if (!interaction.ephemeral.has(message.id))
      return this.world.editMessage(message.channelId, message.id, patch);
    const edited = this.world.messages.edited(message, patch);
    interaction.ephemeral.set(edited.id, edited);
    return edited;
  }

  private sourceOf({ channelId, sourceMessageId }: Interaction): MessageRecord {
    if (sourceMessageId !== null) return this.world.message(channelId, sourceMessageId);
    const message = 'Only an interaction of a component can update its message.';
    throw invalidForm({ field: 'type', code: 'BASE_TYPE_CHOICES', message });
  }

  private locate(token: string, messageId: string): { interaction: Interaction; id: Snowflake } {
    const interaction = this.byToken(token);
    const id = messageId === '@original' ? interaction.originalId : snowflakeParam('message_id', messageId);
    const isKnown = id !== null && (interaction.messageIds.includes(id) || id === interaction.originalId);
    if (isKnown) return { interaction, id };
    throw new WorldError('UNKNOWN_MESSAGE', `no message ${messageId} of interaction ${interaction.id}`);
  }

  private byToken(token: string): Interaction {
    for (const interaction of this.byId.values()) {
      if (interaction.token !== token) continue;
      if (epochMs() - interaction.createdAtMs <= TOKEN_LIFETIME_MS) return interaction;
    }
    throw new DiscordError(401, 50027, 'Invalid Webhook Token');
  }

  private removeOldest(): void {
    const [oldest] = this.byId.keys();
    if (this.byId.size > MAX_KEPT && oldest !== undefined) this.byId.delete(oldest);
  }
}

function unknownInteraction(id: string): never {
  throw new WorldError('UNKNOWN_INTERACTION', `no interaction ${id} that waits for an answer`);
}
