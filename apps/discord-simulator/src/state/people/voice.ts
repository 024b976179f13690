import { ChannelType } from 'discord-api-types/v10';
import type { VoiceRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import { WorldError } from '../model/world-error.js';
import type { WorldContext } from '../model/world-context.js';

export type VoiceFlags = Partial<Omit<VoiceRecord, 'guildId' | 'channelId' | 'userId'>>;

const SILENT = {
  selfMute: false,
  selfDeaf: false,
  selfVideo: false,
  selfStream: false,
  mute: false,
  deaf: false,
  suppress: false,
};

/** The users in voice and stage channels. Not stored between runs, because voice connections do not survive one. */
export class Voice {
  private readonly byGuild = new Map<Snowflake, Map<Snowflake, VoiceRecord>>();

  constructor(private readonly world: WorldContext) {}

  of(guildId: Snowflake): VoiceRecord[] {
    return [...(this.byGuild.get(guildId)?.values() ?? [])];
  }

  find(guildId: Snowflake, userId: Snowflake): VoiceRecord | null {
    return this.byGuild.get(guildId)?.get(userId) ?? null;
  }

  /** Adds the user to the channel, moves them there from another one, or updates the flags of a user who is in it. */
  enter(channelId: Snowflake, userId: Snowflake, flags: VoiceFlags = {}): VoiceRecord {
    const channel = this.world.channel(channelId);
    if (channel.type !== ChannelType.GuildVoice && channel.type !== ChannelType.GuildStageVoice)
      throw new WorldError('NOT_A_VOICE_CHANNEL', `channel ${channelId} is not a voice channel`);
    const { guildId } = channel;
    this.world.members.get(guildId, userId);
    const before = this.find(guildId, userId);
    const state: VoiceRecord = { ...SILENT, ...before, ...flags, guildId, channelId, userId };
    const states = this.byGuild.get(guildId) ?? new Map<Snowflake, VoiceRecord>();
    this.byGuild.set(guildId, states.set(userId, state));
    const kind = kindOf(before, state);
    this.world.emit({ kind, state, fromChannelId: before?.channelId ?? null });
    return state;
  }

  /** @returns whether the user was in a channel of the guild. */
  leave(guildId: Snowflake, userId: Snowflake): boolean {
    const state = this.find(guildId, userId);
    if (!state) return false;
    this.byGuild.get(guildId)?.delete(userId);
    const left = { ...state, channelId: null };
    this.world.emit({ kind: 'voice.left', state: left, fromChannelId: state.channelId });
    return true;
  }

  /** A channel was deleted: its users leave it, each with a fact. */
  emptyChannel(guildId: Snowflake, channelId: Snowflake): void {
    for (const state of this.of(guildId))
      if (state.channelId === channelId) this.leave(guildId, state.userId);
  }

  /** A guild was deleted: there are no facts about its voice states. */
  removeGuild(guildId: Snowflake): void {
    this.byGuild.delete(guildId);
  }
}

function kindOf(
  before: VoiceRecord | null,
  now: VoiceRecord,
): 'voice.joined' | 'voice.moved' | 'voice.updated' {
  if (!before) return 'voice.joined';
  return before.channelId === now.channelId ? 'voice.updated' : 'voice.moved';
}
