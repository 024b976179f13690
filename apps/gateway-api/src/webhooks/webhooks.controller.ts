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
  UseGuards,
} from '@nestjs/common';
import type { Request } from 'express';
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookSecret,
} from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { requireAdmin } from '../auth/require-admin.js';
import { BearerGuard, CurrentPrincipal } from '../http/bearer.guard.js';
import { NoFieldsDto } from '../http/requests.dto.js';
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

/** Where events are posted to: for admins, each within the guilds of his token. */
@Controller('api/v1/webhooks')
@UseGuards(BearerGuard)
export class WebhooksController {
  constructor(@Inject(Webhooks) private readonly webhooks: Webhooks) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  list(@CurrentPrincipal() principal: Principal, @Query() _query: NoFieldsDto): Promise<WebhookEndpoint[]> {
    return this.admin(principal).list(principal);
  }

  @Post()
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
  @Header('Cache-Control', 'no-store')
  get(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Query() _query: NoFieldsDto,
  ): Promise<WebhookEndpoint> {
    return this.admin(principal).get(principal, id);
  }

  @Patch(':id')
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
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async test(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Req() request: Request,
  ): Promise<WebhookAttempt> {
    requireAdmin(principal);
    const attempt = await this.webhooks.on.attempts.test(principal, id);
    this.webhooks.record('webhook.tested', id, principal.id, request.ip);
    return attempt;
  }

  @Get(':id/deliveries')
  @Header('Cache-Control', 'no-store')
  deliveries(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: WebhookParamsDto,
    @Query() query: DeliveriesQueryDto,
  ): Promise<WebhookDelivery[]> {
    return this.admin(principal).deliveries(principal, id, query);
  }

  @Post(':id/deliveries/:deliveryId/redeliver')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async redeliver(
    @CurrentPrincipal() principal: Principal,
    @Param() { id, deliveryId }: DeliveryParamsDto,
    @Req() request: Request,
  ): Promise<WebhookAttempt> {
    requireAdmin(principal);
    const attempt = await this.webhooks.on.attempts.redeliver(principal, id, deliveryId);
    this.webhooks.record('webhook.redelivered', deliveryId, principal.id, request.ip);
    return attempt;
  }

  /** @throws AppError AUTH.FORBIDDEN, WEBHOOK.NOT_CONFIGURED */
  private admin(principal: Principal): Webhooks['on']['admin'] {
    requireAdmin(principal);
    return this.webhooks.on.admin;
  }
}
