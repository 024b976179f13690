import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { applicationPayload } from '../payloads/application-payload.js';
import { userPayload } from '../payloads/user-payload.js';
import { World } from '../state/world.js';
import { BotGuard } from './request/bot-guard.js';
import { snowflakeParam } from './request/message-query.js';

/** The bot's application, and users by id. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class ApplicationsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get(['applications/@me', 'oauth2/applications/@me'])
  own() {
    return applicationPayload(this.world);
  }

  @Get('users/:id')
  user(@Param('id') id: string) {
    return userPayload(this.world.user(snowflakeParam('user_id', id)));
  }
}
