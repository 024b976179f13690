import { Controller, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { messagePayload } from '../payloads/message-payload.js';
import type { RawQuery } from '../rest/request/message-query.js';
import { RequestForm, TakesFiles, type Form } from '../rest/messages/upload.js';
import { World } from '../state/world.js';
import { Interactions } from './interactions.js';

interface Response {
  status(code: number): { json(body: object): unknown; end(): unknown };
}

/** The first response to an interaction. Later ones go to `/webhooks/{application}/{token}`. */
@Controller('api/v10/interactions')
export class InteractionsController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Interactions) private readonly interactions: Interactions,
  ) {}

  @Post(':id/:token/callback')
  @TakesFiles()
  answer(
    @Param() { id, token }: { id: string; token: string },
    @Query() query: RawQuery,
    @RequestForm() form: Form,
    @Res() response: Response,
  ): void {
    const { interaction, message } = this.interactions.answer(id, token, form);
    if (query['with_response'] !== 'true') return void response.status(204).end();
    const type = interaction.answer?.type ?? 0;
    response.status(200).json({
      interaction: {
        id: interaction.id,
        type: interaction.type,
        ...(message ? { response_message_id: message.id } : {}),
        response_message_loading: type === 5,
        response_message_ephemeral: message !== null && interaction.ephemeral.has(message.id),
      },
      ...(message ? { resource: { type, message: messagePayload(this.world, message) } } : {}),
    });
  }
}
