import { Body, Controller, Delete, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { invitePayload } from '../../payloads/invite-payload.js';
import { World } from '../../state/world.js';
import { newInvite } from '../bodies/bodies.js';

/** Pins, and invites by any user. */
@Controller('_sim')
export class SimPinsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Put('channels/:id/pins/:messageId')
  @HttpCode(200)
  pin(@Param('id') id: string, @Param('messageId') messageId: string) {
    return { changed: this.world.pins.pin(id, messageId) };
  }

  @Delete('channels/:id/pins/:messageId')
  @HttpCode(200)
  unpin(@Param('id') id: string, @Param('messageId') messageId: string) {
    return { changed: this.world.pins.unpin(id, messageId) };
  }

  @Post('channels/:id/invites')
  @HttpCode(201)
  invite(@Param('id') channelId: string, @Body() body: unknown) {
    const { userId: inviterId, ...terms } = newInvite.parse(body);
    return invitePayload(this.world, this.world.invites.create({ ...terms, channelId, inviterId }));
  }

  @Delete('invites/:code')
  @HttpCode(200)
  uninvite(@Param('code') code: string) {
    return { code: this.world.invites.delete(code).code };
  }
}
