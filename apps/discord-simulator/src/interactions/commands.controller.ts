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
  Res,
  UseGuards,
} from '@nestjs/common';
import { BotGuard } from '../rest/request/bot-guard.js';
import { missingAccess } from '../http/discord-error.js';
import { snowflakeParam } from '../rest/request/message-query.js';
import type { CommandRecord } from '../state/model/records.js';
import { World } from '../state/world.js';
import { parseCommand, parseCommandPatch, parseCommands } from './command-body.js';

/** `guildId` is absent for global commands. */
interface Scope {
  appId: string;
  guildId?: string;
  id: string;
}

interface Response {
  status(code: number): { json(body: object): unknown };
}

/** Application commands, global and of a guild. */
@Controller(['api/v10/applications/:appId/commands', 'api/v10/applications/:appId/guilds/:guildId/commands'])
@UseGuards(BotGuard)
export class CommandsController {
  constructor(@Inject(World) private readonly world: World) {}

  @Get()
  list(@Param() scope: Scope) {
    return this.world.commands.in(this.guildOf(scope)).map((each) => this.payload(each));
  }

  /** 201 for a new command, 200 for one that replaces another of its name. */
  @Post()
  create(@Param() scope: Scope, @Body() body: unknown, @Res() response: Response): void {
    const guildId = this.guildOf(scope);
    const before = this.world.commands.in(guildId).length;
    const command = this.world.commands.put(guildId, parseCommand(body));
    const isNew = this.world.commands.in(guildId).length > before;
    response.status(isNew ? 201 : 200).json(this.payload(command));
  }

  @Put()
  replaceAll(@Param() scope: Scope, @Body() body: unknown) {
    const commands = this.world.commands.replaceAll(this.guildOf(scope), parseCommands(body));
    return commands.map((each) => this.payload(each));
  }

  @Get(':id')
  one(@Param() scope: Scope) {
    return this.payload(this.world.commands.get(snowflakeParam('command_id', scope.id), this.guildOf(scope)));
  }

  @Patch(':id')
  update(@Param() scope: Scope, @Body() body: unknown) {
    const id = snowflakeParam('command_id', scope.id);
    return this.payload(this.world.commands.update(id, this.guildOf(scope), parseCommandPatch(body)));
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@Param() scope: Scope): void {
    this.world.commands.delete(snowflakeParam('command_id', scope.id), this.guildOf(scope));
  }

  private guildOf({ appId, guildId }: Scope): string | null {
    if (snowflakeParam('application_id', appId) !== this.world.bot.id) throw missingAccess();
    return guildId === undefined ? null : this.world.guild(snowflakeParam('guild_id', guildId)).id;
  }

  private payload({ id, guildId, version, body }: CommandRecord) {
    const place = guildId === null ? { contexts: null } : { guild_id: guildId };
    return { id, application_id: this.world.bot.id, version, ...place, ...body };
  }
}
