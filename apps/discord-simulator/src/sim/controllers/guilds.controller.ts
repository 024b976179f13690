import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { World, type NewChannel } from '../../state/world.js';
import { channelPatch, guildPatch, guildRemoval, newChannel, newGuild, newUser } from '../bodies/bodies.js';
import { channelView, worldView } from './views.js';

/** Changes to guilds, channels and users. */
@Controller('_sim')
export class SimGuildsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get('state')
  state() {
    return worldView(this.world);
  }

  @Post('users')
  createUser(@Body() body: unknown) {
    const { username, globalName } = newUser.parse(body);
    return this.world.createUser(username, { globalName: globalName ?? null });
  }

  @Post('guilds')
  createGuild(@Body() body: unknown) {
    const { name, description, channels = DEFAULT_CHANNELS } = newGuild.parse(body);
    const guild = this.world.createGuild(name, { description: description ?? null });
    for (const channel of channels) this.world.createChannel(guild.id, channel);
    return { ...guild, channels: this.world.channelsOf(guild.id) };
  }

  @Patch('guilds/:id')
  updateGuild(@Param('id') id: string, @Body() body: unknown) {
    const { unavailable, ...patch } = guildPatch.parse(body);
    if (Object.keys(patch).length > 0) this.world.updateGuild(id, patch);
    if (unavailable !== undefined) this.world.setGuildAvailable(id, !unavailable);
    return this.world.guild(id);
  }

  @Delete('guilds/:id')
  @HttpCode(200)
  deleteGuild(@Param('id') id: string, @Body() body: unknown) {
    const { unavailable } = guildRemoval.parse(body ?? {});
    if (unavailable) this.world.setGuildAvailable(id, false);
    else this.world.deleteGuild(id);
    return { id, unavailable };
  }

  @Post('guilds/:id/channels')
  createChannel(@Param('id') id: string, @Body() body: unknown) {
    return this.world.createChannel(id, newChannel.parse(body));
  }

  @Patch('channels/:id')
  updateChannel(@Param('id') id: string, @Body() body: unknown) {
    return this.world.updateChannel(id, channelPatch.parse(body));
  }

  @Delete('channels/:id')
  @HttpCode(200)
  deleteChannel(@Param('id') id: string) {
    return this.world.deleteChannel(id);
  }

  @Get('channels/:id')
  channel(@Param('id') id: string) {
    return channelView(this.world, this.world.channel(id));
  }
}

const DEFAULT_CHANNELS: NewChannel[] = [{ name: 'general' }];
