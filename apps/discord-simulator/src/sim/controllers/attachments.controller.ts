import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { World } from '../../state/world.js';

/** Expires the URLs of attachments early. */
@Controller('_sim/attachments')
export class SimAttachmentsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Post('expire')
  @HttpCode(200)
  expire() {
    this.world.links.expireAll();
    return { expired: true };
  }
}
