import { Body, Controller, Delete, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { stickerPayload } from '../../payloads/sticker-payload.js';
import { World } from '../../state/world.js';
import { newSticker } from '../bodies/message-bodies.js';

/** The stickers of a guild. */
@Controller('_sim')
export class SimStickersController {
  constructor(@Inject(World) private readonly world: World) {}

  @Post('guilds/:id/stickers')
  create(@Param('id') id: string, @Body() body: unknown) {
    return stickerPayload(id, this.world.stickers.create(id, newSticker.parse(body)));
  }

  @Delete('stickers/:id')
  @HttpCode(200)
  delete(@Param('id') id: string) {
    this.world.stickers.delete(id);
    return { id };
  }
}
