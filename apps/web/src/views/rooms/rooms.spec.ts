import type { Snowflake, WireRoom } from '@discord-relay/contracts';
import { reduceRooms, type RoomEvent } from './rooms.js';

const id = (value: number) => String(value) as Snowflake;
const room = (channelId: number, ...members: number[]): WireRoom => ({
  guildId: id(1),
  channelId: id(channelId),
  name: `room ${channelId}`,
  userLimit: 0,
  members: members.map((user) => ({ userId: id(user), username: null, avatar: null, since: null })),
});
const inside = (rooms: readonly WireRoom[]) =>
  rooms.map(({ channelId, members }) => [channelId, members.map(({ userId }) => userId)]);
const join = (userId: number, channelId: number): RoomEvent => ({
  type: 'joined',
  event: { channelId: id(channelId), userId: id(userId), username: 'u', avatar: null },
  at: '2026-01-01T00:00:00.000Z',
});

describe('rooms', () => {
  const start = [room(10, 5), room(11)];

  it('rooms show where users are, also those who move without leaving first', () => {
    expect(inside([join(6, 10), join(5, 11)].reduce(reduceRooms, start))).toEqual([
      ['10', ['6']],
      ['11', ['5']],
    ]);
    expect(inside(reduceRooms(start, { type: 'left', userId: '5' }))).toEqual([
      ['10', []],
      ['11', []],
    ]);
  });

  it('rooms keep their users when they are renamed, and disappear when they are deleted', () => {
    const { members: _members, ...renamed } = { ...room(10), name: 'renamed' };
    const rooms = reduceRooms(start, { type: 'created', event: renamed });
    expect(rooms[0]).toEqual({ ...room(10, 5), name: 'renamed' });
    expect(inside(reduceRooms(rooms, { type: 'deleted', channelId: '11' }))).toEqual([['10', ['5']]]);
  });
});
