import { ComponentType, InteractionType } from 'discord-api-types/v10';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { commandData } from '../../interactions/command-data.js';
import type { Interaction } from '../../interactions/interaction.js';
import { Interactions, type NewInteraction } from '../../interactions/interactions.js';
import { messagePayload } from '../../payloads/message-payload.js';
import type { ComponentRecord } from '../../state/model/records.js';
import { World } from '../../state/world.js';
import { WorldError } from '../../state/model/world-error.js';
import { newInteraction } from '../bodies/interaction-bodies.js';

const COMMAND_TYPES = { slash: 1, user: 2, message: 3 } as const;

type Given = z.infer<typeof newInteraction>;
type GivenCommand = Extract<Given, { name: string }>;

/** Lets users use commands, components and modals, and returns the bot's responses. */
@Controller('_sim')
export class SimInteractionsController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Interactions) private readonly interactions: Interactions,
  ) {}

  @Post('channels/:id/interactions')
  start(@Param('id') channelId: string, @Body() body: unknown) {
    const given = newInteraction.parse(body);
    const { userId } = given;
    const rest = this.describe(channelId, given);
    return this.view(this.interactions.start({ channelId, userId, sourceMessageId: null, ...rest }));
  }

  @Get('interactions/:id')
  one(@Param('id') id: string) {
    return this.view(this.interactions.get(id));
  }

  private describe(
    channelId: string,
    given: Given,
  ): Pick<NewInteraction, 'type' | 'data'> & Partial<NewInteraction> {
    switch (given.kind) {
      case 'command':
        return { type: InteractionType.ApplicationCommand, data: this.commandOf(channelId, given) };
      case 'autocomplete':
        return {
          type: InteractionType.ApplicationCommandAutocomplete,
          data: this.commandOf(channelId, given),
        };
      case 'component':
        return this.componentOf(channelId, given);
      case 'modal':
        return {
          type: InteractionType.ModalSubmit,
          sourceMessageId: given.messageId ?? null,
          data: modalData(given),
        };
    }
  }

  private commandOf(channelId: string, given: GivenCommand): object {
    const { guildId } = this.world.channelOrThread(channelId);
    const type = given.kind === 'command' ? COMMAND_TYPES[given.type] : COMMAND_TYPES.slash;
    const command = this.world.commands.named(given.name, type, guildId);
    const target =
      given.kind === 'command' && given.targetId !== undefined ? { targetId: given.targetId } : {};
    return commandData(this.world, command, { guildId, channelId }, { options: given.options, ...target });
  }

  private componentOf(channelId: string, given: Extract<Given, { kind: 'component' }>) {
    const message = this.world.message(channelId, given.messageId);
    const component = flat(message.components ?? []).find(({ custom_id }) => custom_id === given.customId);
    if (!component)
      throw new WorldError('UNKNOWN_MESSAGE', `message ${message.id} has no component ${given.customId}`);
    return {
      type: InteractionType.MessageComponent,
      sourceMessageId: message.id,
      data: {
        id: component.id ?? 0,
        custom_id: given.customId,
        component_type: component.type,
        ...(given.values === undefined ? {} : { values: given.values, resolved: {} }),
      },
    };
  }

  private view({ id, token, type, answer, messageIds, ephemeral, channelId }: Interaction) {
    const history = this.world.history(channelId);
    const messages = messageIds.flatMap((each) => ephemeral.get(each) ?? history.get(each) ?? []);
    return { id, token, type, answer, messages: messages.map((each) => messagePayload(this.world, each)) };
  }
}

function modalData({ customId, fields }: Extract<Given, { kind: 'modal' }>): object {
  const rows = Object.entries(fields).map(([custom_id, value], i) => ({
    type: ComponentType.ActionRow,
    id: 2 * i + 1,
    components: [{ type: ComponentType.TextInput, id: 2 * i + 2, custom_id, value }],
  }));
  return { custom_id: customId, components: rows };
}

function flat(components: readonly ComponentRecord[]): ComponentRecord[] {
  return components.flatMap((each) => [
    each,
    ...flat(each.components ?? []),
    ...(each.accessory ? [each.accessory] : []),
  ]);
}
