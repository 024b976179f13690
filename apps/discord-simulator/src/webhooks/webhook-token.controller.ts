import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { z } from 'zod';
import { messagePayload } from '../payloads/message-payload.js';
import { webhookByTokenPayload } from '../payloads/webhook-payload.js';
import { parseBody } from '../http/parse-body.js';
import { snowflakeParam, type RawQuery } from '../rest/request/message-query.js';
import { RequestForm, TakesFiles, type Form } from '../rest/messages/upload.js';
import { World } from '../state/world.js';
import { WebhookTargets } from './webhook-targets.js';

interface Address {
  id: string;
  token: string;
  messageId: string;
}

interface Response {
  status(code: number): { json(body: object): unknown; end(): unknown };
}

const nameBody = z.looseObject({ name: z.string().trim().min(1).max(80).optional() });
const executeBody = z.looseObject({ username: z.string().min(1).max(80).nullish() });

/** Webhooks by their token, without any other authorization, and follow-up messages of interactions. */
@Controller('api/v10/webhooks/:id/:token')
export class WebhookTokenController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(WebhookTargets) private readonly targets: WebhookTargets,
  ) {}

  @Get()
  one(@Param() { id, token }: Address) {
    return webhookByTokenPayload(this.world, this.targets.webhook(id, token));
  }

  @Patch()
  update(@Param() { id, token }: Address, @Body() body: unknown) {
    const webhook = this.targets.webhook(id, token);
    const { name } = parseBody(nameBody, body);
    const changed = name === undefined ? webhook : this.world.webhooks.update(webhook.id, { name });
    return webhookByTokenPayload(this.world, changed);
  }

  @Delete()
  @HttpCode(204)
  remove(@Param() { id, token }: Address): void {
    this.world.webhooks.delete(this.targets.webhook(id, token).id);
  }

  /** The response for a webhook is empty unless `wait=true`; for an interaction it never is. */
  @Post()
  @TakesFiles()
  execute(
    @Param() { id, token }: Address,
    @Query() query: RawQuery,
    @RequestForm() form: Form,
    @Res() response: Response,
  ): void {
    const { username } = parseBody(executeBody, form.body);
    const options = { ...(username ? { username } : {}), ...threadOf(query) };
    const message = this.targets.post(id, token, form, options);
    const isReturned = query['wait'] === 'true' || id === this.world.bot.id;
    if (isReturned) response.status(200).json(messagePayload(this.world, message));
    else response.status(204).end();
  }

  @Get('messages/:messageId')
  message(@Param() { id, token, messageId }: Address, @Query() query: RawQuery) {
    const { threadId } = threadOf(query);
    return messagePayload(this.world, this.targets.message(id, token, messageId, threadId));
  }

  @Patch('messages/:messageId')
  @TakesFiles()
  edit(@Param() { id, token, messageId }: Address, @Query() query: RawQuery, @RequestForm() form: Form) {
    const { threadId } = threadOf(query);
    return messagePayload(this.world, this.targets.edit(id, token, messageId, form, threadId));
  }

  @Delete('messages/:messageId')
  @HttpCode(204)
  delete(@Param() { id, token, messageId }: Address, @Query() query: RawQuery): void {
    this.targets.delete(id, token, messageId, threadOf(query).threadId);
  }
}

function threadOf({ thread_id: threadId }: RawQuery): { threadId?: string } {
  return threadId === undefined ? {} : { threadId: snowflakeParam('thread_id', threadId) };
}
