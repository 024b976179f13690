import type { GuildState } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable, isStorable } from '../shared/ids.js';
import { known } from '../shared/known.js';
import { keysOf, listed } from '../shared/parking.js';
import type { GuildOp } from './ops.js';
import type { ChannelOp } from '../channels/ops.js';
import type { RoleOp } from '../roles/ops.js';
import type { VoiceOp } from '../voice/ops.js';
import type { GuildFields } from '../shared/rows.js';

type Op = GuildOp | ChannelOp | RoleOp | VoiceOp;

function fold(event: EventOf<'guild'>, at: string): Op[] {
  switch (event.type) {
    case 'guild.synced': {
      const { id, channelIds, threadsUnknown, roleIds, voiceUserIds } = event.data;
      const active = threadsUnknown ? undefined : channelIds;
      return [
        { model: 'guilds', op: 'upsert', guild: guildFields(event.data), joined: true },
        ...listOf(channelIds, (keep) => ({ model: 'channels', op: 'remove_except', guildId: id, keep, at })),
        ...listOf(active, (keep) => ({
          model: 'channels',
          op: 'archive_threads_except',
          guildId: id,
          channelIds: null,
          keep,
        })),
        ...listOf(roleIds, (keep) => ({ model: 'roles', op: 'remove_except', guildId: id, keep, at })),
        ...listOf(voiceUserIds, (keep) => ({ model: 'voice', op: 'leave_except', guildId: id, keep })),
      ];
    }
    case 'guild.updated':
      return [{ model: 'guilds', op: 'upsert', guild: guildFields(event.data), joined: false }];
    case 'guild.unavailable':
      return [{ model: 'guilds', op: 'unavailable', id: event.data.id }];
    case 'guild.left': {
      const { id } = event.data;
      return [
        { model: 'guilds', op: 'leave', id, at },
        { model: 'voice', op: 'leave_except', guildId: id, keep: [] },
      ];
    }
    default:
      return event satisfies never;
  }
}

/** A list that is absent was not sent or not readable, or the event is an old one: then nothing follows from it. */
const listOf = <T>(list: T[] | undefined, change: (list: T[]) => Op): Op[] => (list ? [change(list)] : []);

const guildFields = ({ id, name, icon, ownerId }: GuildState): GuildFields => ({
  id,
  ...known({ name, icon, owner_id: ownerId }),
});

function hasStorableIds(event: EventOf<'guild'>): boolean {
  switch (event.type) {
    case 'guild.synced':
      return (
        areStorable(event.data.id, ...(event.data.channelIds ?? [])) && isAbsentOrStorable(event.data.ownerId)
      );
    case 'guild.updated':
      return isStorable(event.data.id) && isAbsentOrStorable(event.data.ownerId);
    case 'guild.unavailable':
    case 'guild.left':
      return isStorable(event.data.id);
    default:
      return event satisfies never;
  }
}

export const guildEvents: EventSlice<EventOf<'guild'>, Op> = {
  fold,
  hasStorableIds,
  parkingKeys: ({ guildId }) => listed(guildId, keysOf('guild', guildId)),
};
