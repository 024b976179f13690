import { ChannelType } from 'discord-api-types/v10';
import type { Snowflake } from '../../state/model/snowflakes.js';
import type { World } from '../../state/world.js';
import type { Random } from '../random.js';

/** Number of users in a room before they leave again. */
const FULL = 6;

/** People in the rooms of a guild: they come one by one, talk, mute themselves, and leave one by one. */
export class Rooms {
  private isFilling = true;

  constructor(
    private readonly world: World,
    private readonly guildId: Snowflake,
    private readonly random: Random,
  ) {}

  step(): void {
    const inside = this.world.voice.of(this.guildId);
    if (inside.length >= FULL) this.isFilling = false;
    if (inside.length === 0) this.isFilling = true;
    const someone = inside.length > 0 ? this.random.pick(inside) : undefined;
    if (someone?.channelId && this.random.next() < 0.3) {
      const { channelId, userId, selfMute } = someone;
      this.world.voice.enter(channelId, userId, { selfMute: !selfMute });
    } else if (this.isFilling) this.enter(new Set(inside.map(({ userId }) => userId)));
    else if (someone) this.world.voice.leave(this.guildId, someone.userId);
  }

  private enter(insideIds: ReadonlySet<Snowflake>): void {
    const outside = this.world.members
      .all(this.guildId)
      .filter(({ userId }) => !insideIds.has(userId) && userId !== this.world.bot.id);
    const rooms = this.world
      .channelsOf(this.guildId)
      .filter(({ type }) => type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice);
    if (outside.length === 0 || rooms.length === 0) return;
    // Most people meet in the first room.
    const room = rooms[Math.floor(this.random.next() ** 2 * rooms.length)] ?? rooms[0]!;
    this.world.voice.enter(room.id, this.random.pick(outside).userId, {
      selfVideo: this.random.next() < 0.2,
    });
  }
}
