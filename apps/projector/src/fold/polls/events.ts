import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable } from '../shared/ids.js';
import { keysOf } from '../shared/parking.js';
import type { PollOp } from './ops.js';

function fold({ type, data }: EventOf<'poll'>): PollOp[] {
  return [{ model: 'polls', op: 'vote', ...data, present: type === 'poll.vote_added' }];
}

export const pollEvents: EventSlice<EventOf<'poll'>, PollOp> = {
  fold,
  hasStorableIds: ({ data: { messageId, userId, channelId, guildId } }) =>
    areStorable(messageId, userId, channelId, guildId),
  parkingKeys: ({ data }) => keysOf('message', data.messageId),
};
