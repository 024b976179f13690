import type { RoomsList, WireRoom } from '@discord-relay/contracts';

export type RoomEvent =
  | { type: 'snapshot'; list: Pick<RoomsList, 'rooms'> }
  | {
      type: 'joined';
      event: Pick<WireRoom, 'channelId'> & Omit<WireRoom['members'][number], 'since'>;
      at: string;
    }
  | { type: 'left'; userId: string }
  | { type: 'created'; event: Omit<WireRoom, 'members'> }
  | { type: 'deleted'; channelId: string };

/** The rooms after an event in one of them. */
export function reduceRooms(rooms: readonly WireRoom[], action: RoomEvent): readonly WireRoom[] {
  switch (action.type) {
    case 'snapshot':
      return action.list.rooms;
    case 'joined':
      return joined(rooms, action);
    case 'left':
      return without(rooms, action.userId);
    case 'created':
      return created(rooms, action.event);
    case 'deleted':
      return rooms.filter(({ channelId }) => channelId !== action.channelId);
    default:
      return action satisfies never;
  }
}

function joined(rooms: readonly WireRoom[], { event, at }: Extract<RoomEvent, { type: 'joined' }>) {
  const { channelId, userId, username, avatar } = event;
  return without(rooms, userId).map((room) =>
    room.channelId === channelId
      ? { ...room, members: [...room.members, { userId, username, avatar, since: at }] }
      : room,
  );
}

const without = (rooms: readonly WireRoom[], userId: string): readonly WireRoom[] =>
  rooms.map((room) =>
    room.members.some((member) => member.userId === userId)
      ? { ...room, members: room.members.filter((member) => member.userId !== userId) }
      : room,
  );

/** Also used for a renamed room, which keeps its users. */
function created(rooms: readonly WireRoom[], event: Omit<WireRoom, 'members'>): readonly WireRoom[] {
  const index = rooms.findIndex(({ channelId }) => channelId === event.channelId);
  if (index < 0) return [...rooms, { ...event, members: [] }];
  return rooms.with(index, { ...rooms[index]!, ...event });
}
