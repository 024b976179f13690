import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  UseGuards,
} from '@nestjs/common';
import { Gateway } from '../../gateway/gateway.js';
import { typingDispatch } from '../../gateway/dispatches/people-dispatch.js';
import { channelPayload } from '../../payloads/channel-payload.js';
import { threadPayload, threadWithOwnMember } from '../../payloads/thread-payload.js';
import { World } from '../../state/world.js';
import { BotGuard } from '../request/bot-guard.js';
import { requireView } from '../request/channel-access.js';
import { parseChannelPatch, parseNewChannel, parseOverwrite } from './channel-body.js';
import { snowflakeParam } from '../request/message-query.js';
import { parseThreadPatch } from './thread-body.js';

/** Channels and threads, read and changed as the bot. */
@Controller('api/v10')
@UseGuards(BotGuard)
export class ChannelsController {
  constructor(
    @Inject(World) private readonly world: World,
    @Inject(Gateway) private readonly gateway: Gateway,
  ) {}

  @Get('guilds/:guildId/channels')
  ofGuild(@Param('guildId') guildId: string) {
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    return this.world.channelsOf(guild.id).map(channelPayload);
  }

  @Post('guilds/:guildId/channels')
  @HttpCode(201)
  create(@Param('guildId') guildId: string, @Body() body: unknown) {
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    return channelPayload(this.world.createChannel(guild.id, parseNewChannel(body)));
  }

  @Get('channels/:channelId')
  channel(@Param('channelId') channelId: string) {
    const id = snowflakeParam('channel_id', channelId);
    const thread = this.world.threads.find(id);
    requireView(this.world, this.world.channelOrThread(id));
    return thread ? threadWithOwnMember(this.world, thread) : channelPayload(this.world.channel(id));
  }

  @Patch('channels/:channelId')
  update(@Param('channelId') channelId: string, @Body() body: unknown) {
    const id = snowflakeParam('channel_id', channelId);
    if (this.world.threads.find(id))
      return threadPayload(this.world, this.world.threads.update(id, parseThreadPatch(body)));
    const { type } = this.world.channel(id);
    return channelPayload(this.world.updateChannel(id, parseChannelPatch(body, type)));
  }

  @Delete('channels/:channelId')
  @HttpCode(200)
  delete(@Param('channelId') channelId: string) {
    const id = snowflakeParam('channel_id', channelId);
    const thread = this.world.threads.find(id);
    if (!thread) return channelPayload(this.world.deleteChannel(id));
    const payload = threadPayload(this.world, thread);
    this.world.threads.delete(id);
    return payload;
  }

  @Put('channels/:channelId/permissions/:targetId')
  @HttpCode(204)
  permit(
    @Param('channelId') channelId: string,
    @Param('targetId') targetId: string,
    @Body() body: unknown,
  ): void {
    const overwrite = { id: snowflakeParam('overwrite_id', targetId), ...parseOverwrite(body) };
    this.overwrite(channelId, overwrite.id, [overwrite]);
  }

  @Delete('channels/:channelId/permissions/:targetId')
  @HttpCode(204)
  forbidNothing(@Param('channelId') channelId: string, @Param('targetId') targetId: string): void {
    this.overwrite(channelId, snowflakeParam('overwrite_id', targetId), []);
  }

  /** TYPING_START of the bot. */
  @Post('channels/:channelId/typing')
  @HttpCode(204)
  type(@Param('channelId') channelId: string): void {
    const place = this.world.channelOrThread(snowflakeParam('channel_id', channelId));
    requireView(this.world, place);
    this.gateway.publish(typingDispatch(this.world, place, this.world.bot.id));
  }

  private overwrite(
    channelId: string,
    targetId: string,
    added: ReturnType<World['channel']>['permissionOverwrites'],
  ): void {
    const { id, permissionOverwrites } = this.world.channel(snowflakeParam('channel_id', channelId));
    const others = permissionOverwrites.filter((each) => each.id !== targetId);
    this.world.updateChannel(id, { permissionOverwrites: [...others, ...added] });
  }
}
