import type { VoiceRecord } from '../state/model/records.js';

/** A voice state without its guild and member, as GUILD_CREATE lists it. */
export function voiceStatePayload(state: VoiceRecord) {
  return {
    channel_id: state.channelId,
    user_id: state.userId,
    // Discord's is the client's own; here a user has one client.
    session_id: `voice-${state.guildId}-${state.userId}`,
    deaf: state.deaf,
    mute: state.mute,
    self_deaf: state.selfDeaf,
    self_mute: state.selfMute,
    self_stream: state.selfStream,
    self_video: state.selfVideo,
    suppress: state.suppress,
    request_to_speak_timestamp: null,
  };
}
