import type { VoiceFields, VoiceRow } from '../shared/rows.js';

/**
 * Puts the user into a room; the join time is when they were first seen there. An event without a difference still raises
 * the row's `seq`: see `RowSet`.
 */
export function enterRoom(row: VoiceRow | undefined, voice: VoiceFields, at: string, seq: number): VoiceRow {
  const username = voice.username ?? row?.username ?? null;
  const isThere = row && row.channel_id === voice.channel_id;
  const since = isThere ? row.since : at;
  const state = { ...(isThere && row.state), ...voice.state };
  return { ...voice, since, username, state, seq };
}

/** The user is in no room: only the ids are kept. */
export function leaveRoom(
  row: VoiceRow | undefined,
  ids: Pick<VoiceRow, 'guild_id' | 'user_id'>,
  seq: number,
): VoiceRow | null {
  if (!row || row.channel_id === null) return null;
  const { guild_id, user_id } = ids;
  return { guild_id, user_id, channel_id: null, since: null, username: null, state: null, seq };
}
