import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable } from '../shared/ids.js';
import { keysOf, listed } from '../shared/parking.js';
import type { VoiceOp } from './ops.js';

function fold(event: EventOf<'voice'>, at: string): VoiceOp[] {
  const { guildId: guild_id, userId: user_id } = event.data;
  switch (event.type) {
    case 'voice.joined':
    case 'voice.moved': {
      const { channelId: channel_id, username, avatar, state } = event.data;
      return [
        {
          model: 'voice',
          op: 'enter',
          voice: { guild_id, user_id, channel_id, username, state },
          avatar,
          at,
        },
      ];
    }
    case 'voice.updated': {
      const { channelId: channel_id, state } = event.data;
      return [
        { model: 'voice', op: 'enter', voice: { guild_id, user_id, channel_id, state }, avatar: null, at },
      ];
    }
    case 'voice.left':
      return [{ model: 'voice', op: 'leave', guildId: guild_id, userId: user_id }];
    default:
      return event satisfies never;
  }
}

export const voiceEvents: EventSlice<EventOf<'voice'>, VoiceOp> = {
  fold,
  hasStorableIds: ({ data: { guildId, userId, channelId } }) =>
    areStorable(guildId, userId) && isAbsentOrStorable(channelId),
  parkingKeys: ({ data, guildId }) => listed(guildId, keysOf(`voice:${guildId}`, data.userId)),
};
