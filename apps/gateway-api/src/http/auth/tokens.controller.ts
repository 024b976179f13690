import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import type { ServiceToken } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { ref } from '../openapi/schema-of.js';
import { NoFieldsDto } from '../../validation/fields.js';
import { AuditLog } from '../../auth/audit/audit-log.js';
import { CreateTokenDto, TokenParamsDto } from './auth-requests.dto.js';
import { requireAdmin } from '../guards/require-admin.js';
import { Revocations } from '../../auth/tokens/revocations.js';
import { ServiceTokens } from '../../auth/tokens/service-tokens.js';

/** Tokens for programs: for admins, each limited to the guilds of their own token. */
@Controller('api/v1/tokens')
@AuthenticatedApi('Administration')
export class TokensController {
  constructor(
    @Inject(ServiceTokens) private readonly tokens: ServiceTokens,
    @Inject(Revocations) private readonly revocations: Revocations,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @Answers('ServiceToken[]', 'Tokens for programs, oldest first, without the tokens themselves.')
  @Header('Cache-Control', 'no-store')
  list(@CurrentPrincipal() principal: Principal, @Query() _query: NoFieldsDto): Promise<ServiceToken[]> {
    requireAdmin(principal);
    return this.tokens.list(principal);
  }

  @Post()
  @ApiOperation({ summary: 'Creates a token for a program, limited to guilds that your own token covers.' })
  @ApiCreatedResponse({ description: 'The token.', schema: ref('NewServiceToken') })
  @Header('Cache-Control', 'no-store')
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: CreateTokenDto,
    @Req() { ip: address }: Request,
  ): Promise<ServiceToken & { token: string }> {
    requireAdmin(principal);
    const created = await this.tokens.create(principal, body);
    this.audit.record({ action: 'token.created', actor: principal.id, address, target: created.id });
    return created;
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revokes a token on every replica; its sockets are closed.' })
  @ApiNoContentResponse({ description: 'The token is revoked.' })
  @HttpCode(204)
  async revoke(
    @CurrentPrincipal() principal: Principal,
    @Param() { id }: TokenParamsDto,
    @Req() { ip: address }: Request,
  ): Promise<void> {
    requireAdmin(principal);
    await this.tokens.revoke(principal, id);
    this.audit.record({ action: 'token.revoked', actor: principal.id, address, target: id });
    this.revocations.broadcast();
  }
}
