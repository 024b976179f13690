/** 2015-01-01, when Discord's ids begin. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

interface Place {
  guildId: string;
  channelId: string;
  atMs: number;
}

/** A message as Discord dispatches it, of any time: the local Discord itself writes none in the past. */
export function pastMessage({ guildId, channelId, atMs }: Place, content: string): object {
  return {
    id: String(BigInt(atMs - DISCORD_EPOCH_MS) << 22n),
    ...{ guild_id: guildId, channel_id: channelId, type: 0, content, flags: 0 },
    author: { id: '4001', username: 'past', discriminator: '0', global_name: null, avatar: null },
    ...{ timestamp: new Date(atMs).toISOString(), edited_timestamp: null, tts: false, pinned: false },
    ...{ mention_everyone: false, mentions: [], mention_roles: [], attachments: [], embeds: [] },
  };
}
