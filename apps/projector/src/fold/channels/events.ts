import type { ChannelState, RoomState } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable } from '../shared/ids.js';
import { isoOrNull } from '../shared/iso.js';
import { known } from '../shared/known.js';
import { keysOf, listed } from '../shared/parking.js';
import type { ChannelOp } from './ops.js';
import type { ChannelFields } from '../shared/rows.js';

function fold(event: EventOf<'channel' | 'room'>, at: string): ChannelOp[] {
  switch (event.type) {
    case 'channel.synced':
      return [described(channelFields(event.data), true)];
    case 'channel.created':
    case 'channel.updated':
      return [described(channelFields(event.data), false)];
    case 'room.synced':
      return [described(roomFields(event.data), true)];
    case 'room.created':
    case 'room.updated':
      return [described(roomFields(event.data), false)];
    case 'channel.imported':
      return [{ model: 'channels', op: 'import', channel: channelFields(event.data) }];
    case 'channel.deleted':
    case 'room.deleted':
      return [{ model: 'channels', op: 'delete', id: event.data.id, guildId: event.data.guildId, at }];
    case 'channel.pins_updated': {
      const { channelId: id, guildId: guild_id, lastPinAt } = event.data;
      return [
        { model: 'channels', op: 'patch', channel: { id, guild_id, last_pin_at: isoOrNull(lastPinAt) } },
      ];
    }
    case 'room.status_updated': {
      const { id, guildId: guild_id, status } = event.data;
      return [{ model: 'channels', op: 'patch', channel: { id, guild_id, status } }];
    }
    default:
      return event satisfies never;
  }
}

const described = (channel: ChannelFields, synced: boolean): ChannelOp => ({
  model: 'channels',
  op: 'upsert',
  channel,
  synced,
  isThread: false,
});

const channelFields = (channel: ChannelState): ChannelFields => ({
  id: channel.id,
  guild_id: channel.guildId,
  ...known({
    type: channel.channelType,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    parent_id: channel.parentId,
    nsfw: channel.nsfw,
    overwrites: channel.overwrites,
    available_tags: channel.availableTags,
  }),
});

const roomFields = (room: RoomState): ChannelFields => ({
  ...channelFields(room),
  ...known({ user_limit: room.userLimit, bitrate: room.bitrate }),
});

function hasStorableIds(event: EventOf<'channel' | 'room'>): boolean {
  switch (event.type) {
    case 'channel.deleted':
    case 'room.deleted':
    case 'room.status_updated':
      return areStorable(event.data.id, event.data.guildId);
    case 'channel.pins_updated':
      return areStorable(event.data.channelId, event.data.guildId);
    default:
      return areStorable(event.data.id, event.data.guildId) && isAbsentOrStorable(event.data.parentId);
  }
}

export const channelEvents: EventSlice<EventOf<'channel' | 'room'>, ChannelOp> = {
  fold,
  hasStorableIds,
  parkingKeys: ({ data, guildId }) => listed(guildId, keysOf('channel', data.id ?? data.channelId)),
};
