import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookSecret,
} from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { requireAdmin } from '../http/guards/require-admin.js';
import { CurrentPrincipal } from '../http/guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../http/openapi/documented.js';
import { ref } from '../http/openapi/schema-of.js';
import { NoFieldsDto } from '../validation/fields.js';
import { Webhooks } from './webhooks.js';
import {
  CreateWebhookDto,
  DeliveriesQueryDto,
  DeliveryParamsDto,
  ReplayDto,
  RotateSecretDto,
  UpdateWebhookDto,
  WebhookParamsDto,
} from './webhooks.dto.js';

/** Webhook endpoints: for admins, each limited to the guilds of their own token. */
@Controller('api/v1/webhooks')
@AuthenticatedApi('Webhooks')
export class WebhooksController {
  constructor(@Inject(Webhooks) private readonly webhooks: Webhooks) {}

  @Get()
  @Answers('Webhook[]', 'Webhook endpoints, oldest first, without their secrets.')
  @Header('Cache-Control', 'no-store')
  list(@CurrentPrincipal() principal: Principal, @Query() _query: NoFieldsDto): Promise<WebhookEndpoint[]> {
    return this.admin(principal).list(principal);
  }

  @Post()
  @ApiOperation({ summary: 'Registers an endpoint for events from now on.' })
  @ApiCreatedResponse({ description: 'The endpoint and its secret.', schema: ref('NewWebhook') })
  @Header('Cache-Control', 'no-store')
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: CreateWebhookDto,
    @Req() request: Request,
  ): Promise<WebhookEndpoint & WebhookSecret> {
    const created = await this.admin(principal).create(principal, body, principal.id);
    this.webhooks.record('webhook.created', created.id, principal.id, request.ip);
    return created;
  }

  @Get(':id')
  @Answers('Webhook', 'An endpoint with its progress and its last error.')
  @Header('Cache-Control', 'no-store')
  get(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<WebhookEndpoint> {
    return this.admin(principal).get(principal, id);
  }

  @Patch(':id')
  @Answers('Webhook', 'Changes an endpoint; one that is enabled again continues where it stopped.')
  @Header('Cache-Control', 'no-store')
  async update(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Body() body: UpdateWebhookDto,
    @Req() request: Request,
  ): Promise<WebhookEndpoint> {
    const updated = await this.admin(principal).update(principal, id, body);
    this.webhooks.record('webhook.updated', id, principal.id, request.ip);
    return updated;
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes an endpoint and its records.' })
  @ApiNoContentResponse({ description: 'The endpoint is removed.' })
  @HttpCode(204)
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Req() request: Request,
  ): Promise<void> {
    await this.admin(principal).remove(principal, id);
    this.webhooks.record('webhook.removed', id, principal.id, request.ip);
  }

  @Post(':id/rotate-secret')
  @Answers('WebhookSecret', 'Creates a new secret; older ones stay valid for a while.')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async rotate(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Body() { overlapHours }: RotateSecretDto,
    @Req() request: Request,
  ): Promise<WebhookSecret> {
    const secret = await this.admin(principal).rotate(principal, id, overlapHours);
    this.webhooks.record('webhook.secret_rotated', id, principal.id, request.ip);
    return secret;
  }

  @Post(':id/replay')
  @Answers('Webhook', 'Posts the events after a cursor or since a time again, under the same ids.')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async replay(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Body() { from }: ReplayDto,
    @Req() request: Request,
  ): Promise<WebhookEndpoint> {
    const endpoint = await this.admin(principal).replay(principal, id, from);
    this.webhooks.record('webhook.replayed', id, principal.id, request.ip);
    return endpoint;
  }

  @Post(':id/test')
  @Answers('WebhookAttempt', 'Posts a test event once, now.')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async test(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Req() request: Request,
  ): Promise<WebhookAttempt> {
    requireAdmin(principal);
    const attempt = await this.webhooks.enabled.attempts.test(principal, id);
    this.webhooks.record('webhook.tested', id, principal.id, request.ip);
    return attempt;
  }

  @Get(':id/deliveries')
  @Answers('WebhookDelivery[]', 'Deliveries and their outcomes, newest first.')
  @Header('Cache-Control', 'no-store')
  deliveries(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Query() query: DeliveriesQueryDto,
  ): Promise<WebhookDelivery[]> {
    return this.admin(principal).deliveries(principal, id, query);
  }

  @Post(':id/deliveries/:deliveryId/redeliver')
  @Answers('WebhookAttempt', 'Posts a delivery again, now and under its id.')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async redeliver(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, deliveryId }: DeliveryParamsDto,
    @Req() request: Request,
  ): Promise<WebhookAttempt> {
    requireAdmin(principal);
    const attempt = await this.webhooks.enabled.attempts.redeliver(principal, id, deliveryId);
    this.webhooks.record('webhook.redelivered', deliveryId, principal.id, request.ip);
    return attempt;
  }

  /** @throws AppError AUTH.FORBIDDEN, WEBHOOK.NOT_CONFIGURED */
  private admin(principal: Principal): Webhooks['enabled']['admin'] {
    requireAdmin(principal);
    return this.webhooks.enabled.admin;
  }
}
