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
  Res,
  UseGuards,
} from '@nestjs/common';
import { StickerFormatType } from 'discord-api-types/v10';
import { z } from 'zod';
import { invalidForm } from '../../http/discord-error.js';
import { parseBody } from '../../http/parse-body.js';
import { stickerPayload, stickersPayload } from '../../payloads/sticker-payload.js';
import { World } from '../../state/world.js';
import { RequestForm, TakesFiles, type Form } from '../messages/upload.js';
import { BotGuard } from '../request/bot-guard.js';
import { snowflakeParam } from '../request/message-query.js';

const name = z.string().min(2).max(30);
const tags = z.string().min(1).max(200);
const description = z.string().max(100).nullish();
const createBody = z.looseObject({ name, tags, description });
const patchBody = z.looseObject({ name: name.optional(), tags: tags.optional(), description });

const FORMATS: Readonly<Record<string, StickerFormatType>> = {
  'image/png': StickerFormatType.PNG,
  'image/apng': StickerFormatType.APNG,
  'application/json': StickerFormatType.Lottie,
  'image/gif': StickerFormatType.GIF,
};

/** The parts of the web framework's response that are used here. */
interface Response {
  type(name: string): Response;
  set(headers: Record<string, string>): Response;
  send(body: Buffer): void;
}

/** Stickers of guilds, managed as the bot, and their files, which everyone may read. */
@Controller()
export class StickersController {
  constructor(@Inject(World) private readonly world: World) {}

  /** Any extension: the file has the sticker's own format. Pages of other origins read Lottie files. */
  @Get('stickers/:id.:extension')
  file(@Param('id') id: string, @Res() response: Response): void {
    const { data, formatType } = this.world.stickers.get(snowflakeParam('sticker_id', id)).sticker;
    const [type = 'image/png'] = Object.entries(FORMATS).find(([, format]) => format === formatType) ?? [];
    response.set({ 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' });
    response.type(type).send(Buffer.from(data, 'base64'));
  }

  @Get('api/v10/guilds/:guildId/stickers')
  @UseGuards(BotGuard)
  ofGuild(@Param('guildId') guildId: string) {
    return stickersPayload(this.world.guild(snowflakeParam('guild_id', guildId)));
  }

  @Post('api/v10/guilds/:guildId/stickers')
  @HttpCode(201)
  @TakesFiles()
  @UseGuards(BotGuard)
  create(@Param('guildId') guildId: string, @RequestForm() { body, files }: Form) {
    const guild = this.world.guild(snowflakeParam('guild_id', guildId));
    const given = parseBody(createBody, body);
    const file = files[0]?.file;
    const formatType = FORMATS[file?.contentType ?? ''];
    if (!file || formatType === undefined)
      throw invalidForm({ field: 'file', code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
    const text = { name: given.name, tags: given.tags, description: given.description ?? null };
    return stickerPayload(
      guild.id,
      this.world.stickers.create(guild.id, { ...text, formatType, data: file.data }),
    );
  }

  @Get(['api/v10/guilds/:guildId/stickers/:id', 'api/v10/stickers/:id'])
  @UseGuards(BotGuard)
  one(@Param('id') id: string) {
    const { guild, sticker } = this.world.stickers.get(snowflakeParam('sticker_id', id));
    return stickerPayload(guild.id, sticker);
  }

  @Patch('api/v10/guilds/:guildId/stickers/:id')
  @UseGuards(BotGuard)
  update(@Param('id') id: string, @Body() body: unknown) {
    const given = parseBody(patchBody, body);
    const { guild, sticker } = this.world.stickers.get(snowflakeParam('sticker_id', id));
    const patch = {
      name: given.name ?? sticker.name,
      tags: given.tags ?? sticker.tags,
      description: given.description === undefined ? sticker.description : given.description,
    };
    return stickerPayload(guild.id, this.world.stickers.update(sticker.id, patch));
  }

  @Delete('api/v10/guilds/:guildId/stickers/:id')
  @HttpCode(204)
  @UseGuards(BotGuard)
  delete(@Param('id') id: string): void {
    this.world.stickers.delete(snowflakeParam('sticker_id', id));
  }
}
