import type { GuildRecord, StickerItemRecord, StickerRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import { WorldError } from '../model/world-error.js';

/** The limit of a guild without boosts. */
const MAX_PER_GUILD = 5;

export type NewSticker = Omit<StickerRecord, 'id'>;
export type StickerPatch = Partial<Pick<StickerRecord, 'name' | 'description' | 'tags'>>;

/** The stickers of guilds, which members of any guild can send here. They are part of the guild's record. */
export class Stickers {
  constructor(private readonly world: WorldContext) {}

  /** @throws WorldError UNKNOWN_STICKER */
  get(id: Snowflake): { guild: GuildRecord; sticker: StickerRecord } {
    for (const guild of this.world.guilds.values()) {
      const sticker = guild.stickers?.find((each) => each.id === id);
      if (sticker) return { guild, sticker };
    }
    throw new WorldError('UNKNOWN_STICKER', `no sticker ${id}`);
  }

  /** The stickers as messages contain them. */
  items(ids: readonly Snowflake[]): StickerItemRecord[] {
    return ids.map((id) => {
      const { name, formatType } = this.get(id).sticker;
      return { id, name, formatType };
    });
  }

  create(guildId: Snowflake, input: NewSticker): StickerRecord {
    const { stickers = [] } = this.world.guild(guildId);
    if (stickers.length >= MAX_PER_GUILD)
      throw new WorldError('TOO_MANY_STICKERS', `guild ${guildId} has ${MAX_PER_GUILD} stickers`);
    const sticker = { ...input, id: this.world.newId() };
    this.put(guildId, [...stickers, sticker]);
    return sticker;
  }

  update(id: Snowflake, patch: StickerPatch): StickerRecord {
    const { guild, sticker } = this.get(id);
    const changed = { ...sticker, ...patch };
    this.put(
      guild.id,
      (guild.stickers ?? []).map((each) => (each.id === id ? changed : each)),
    );
    return changed;
  }

  delete(id: Snowflake): void {
    const { guild } = this.get(id);
    this.put(
      guild.id,
      (guild.stickers ?? []).filter((each) => each.id !== id),
    );
  }

  private put(guildId: Snowflake, stickers: StickerRecord[]): void {
    const guild = { ...this.world.guild(guildId), stickers };
    this.world.guilds.set(guildId, guild);
    this.world.emit({ kind: 'stickers.updated', guild });
  }
}
