import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Authorizations } from '../../oauth/authorizations.js';

/** Ends log-ins early. */
@Controller('_sim/oauth2')
export class SimOAuthController {
  constructor(@Inject(Authorizations) private readonly authorizations: Authorizations) {}

  @Post('expire')
  @HttpCode(200)
  expire() {
    return { accessTokens: this.authorizations.expireAccess() };
  }
}
