import { Body, Controller, Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { localLogin } from './local-login.js';
import type { GatewayApiConfig } from '../config.js';
import { CONFIG } from '../tokens.js';
import { NoFieldsDto } from '../http/requests.dto.js';

/** How a page gets its token. */
@Controller('api/auth')
export class AuthController {
  constructor(@Inject(CONFIG) private readonly config: GatewayApiConfig) {}

  @Get('methods')
  methods(): { local: boolean } {
    return { local: this.config.LOCAL_LOGIN };
  }

  @Post('local')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  local(@Body() _body: NoFieldsDto): Promise<{ token: string; expiresIn: number }> {
    return localLogin(this.config);
  }
}
