import { StickerType, type APIMessage, type APISticker } from 'discord-api-types/v10';
import type { GuildRecord, MessageRecord, StickerRecord } from '../state/model/records.js';

export const stickerPayload = (guildId: string, sticker: StickerRecord): APISticker => ({
  id: sticker.id,
  name: sticker.name,
  tags: sticker.tags,
  type: StickerType.Guild,
  format_type: sticker.formatType,
  description: sticker.description,
  available: true,
  guild_id: guildId,
});

export const stickersPayload = ({ id, stickers = [] }: GuildRecord): APISticker[] =>
  stickers.map((sticker) => stickerPayload(id, sticker));

/** The `sticker_items` of a message object; absent if there are none, as on Discord. */
export const stickerFields = ({ stickers = [] }: MessageRecord): Pick<APIMessage, 'sticker_items'> =>
  stickers.length === 0
    ? {}
    : { sticker_items: stickers.map(({ id, name, formatType }) => ({ id, name, format_type: formatType })) };
