import type { Random } from '@discord-relay/local-stack';
import type { SimClient } from '../discord/sim-client.js';
import type { Payload } from './spoil.js';

/** A rule for the ingestor may apply to this request: it is used up after a few. */
async function readAnyway<T>(sim: SimClient, path: string, attempts = 10): Promise<T> {
  try {
    return await sim.rest<T>(path);
  } catch (error) {
    if (attempts === 1) throw error;
    return readAnyway<T>(sim, path, attempts - 1);
  }
}

/** A dispatch that describes a guild truly, with nothing new. */
export async function trueDispatch(
  sim: SimClient,
  guildId: string,
  random: Random,
): Promise<{ t: string; d: Payload }> {
  const get = <T>(path: string) => readAnyway<T>(sim, `guilds/${guildId}${path}`);
  const inGuild = { guild_id: guildId };
  const guild = await get<Payload>('');
  const channels = await get<Payload[]>('/channels');
  const roles = await get<Payload[]>('/roles');
  const members = await get<Payload[]>('/members?limit=1000');
  const { threads } = await get<{ threads: Payload[] }>('/threads/active');
  const whole = { ...guild, channels, roles, members, threads, voice_states: [] };
  const channelUpdate = () => ({ t: 'CHANNEL_UPDATE', d: { ...random.pick(channels), ...inGuild } });
  const memberUpdate = () => ({ t: 'GUILD_MEMBER_UPDATE', d: { ...random.pick(members), ...inGuild } });
  // Descriptions that affect rights directly are more frequent.
  return random.pick([
    channelUpdate(),
    channelUpdate(),
    memberUpdate(),
    { t: 'GUILD_CREATE', d: whole },
    { t: 'GUILD_UPDATE', d: { ...guild, roles } },
    channelUpdate(),
    memberUpdate(),
    { t: 'GUILD_ROLE_UPDATE', d: { role: random.pick(roles), ...inGuild } },
    { t: 'THREAD_LIST_SYNC', d: { threads, members: [], ...inGuild } },
    { t: 'GUILD_MEMBERS_CHUNK', d: { members, chunk_index: 0, chunk_count: 1, ...inGuild } },
  ]);
}
