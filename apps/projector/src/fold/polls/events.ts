import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { areStorable } from '../shared/ids.js';
import { keysOf } from '../shared/parking.js';
import type { PollOp } from './ops.js';

function fold({ type, data }: EventOf<'poll'>): PollOp[] {
  const { messageId, answerId, userId } = data;
  return [{ model: 'polls', op: 'vote', messageId, answerId, userId, present: type === 'poll.vote_added' }];
}

export const pollEvents: EventSlice<EventOf<'poll'>, PollOp> = {
  fold,
  hasStorableIds: ({ data }) => areStorable(data.messageId, data.userId),
  parkingKeys: ({ data }) => keysOf('message', data.messageId),
};
