import type { ReplayMark, ServerToClientEvents } from '@discord-relay/contracts/wire';
import type { RelaySocket } from '../connection/connection.js';
import type { Replay, ReplayEvents } from './replay.js';

type Payload<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0];

/** Which event of a replay each event of the protocol is, if its payload has the same type. */
const NAMES = {
  messages_bulk: 'snapshot',
  message: 'message',
  message_update: 'update',
  message_delete: 'delete',
  channel_update: 'channel',
  rooms_list: 'rooms',
  room_created: 'roomCreated',
  room_deleted: 'roomDeleted',
  voice_joined: 'joined',
  voice_left: 'left',
} as const satisfies Partial<Record<keyof ServerToClientEvents, keyof ReplayEvents>>;

/** Passes marked events to their replays. */
export function routeReplays(socket: RelaySocket, replays: ReadonlyMap<string, Replay>): void {
  const of = ({ replay }: { replay?: ReplayMark }) => replay && replays.get(replay.id);
  for (const [event, name] of Object.entries(NAMES))
    socket.on(event as keyof typeof NAMES, (payload: Payload<keyof typeof NAMES>) =>
      of(payload)?.receive(name, payload as never),
    );
  socket.on('reaction_add', (event) => of(event)?.receive('reaction', { action: 'add', ...event }));
  socket.on('reaction_remove', (event) => of(event)?.receive('reaction', { action: 'remove', ...event }));
  socket.on('reaction_clear', (event) => of(event)?.receive('reaction', { action: 'clear', ...event }));
  socket.on('replay_gap', (gap) => replays.get(gap.id)?.receive('gap', gap));
  socket.on('replay_channels', (list) => replays.get(list.id)?.receiveChannels(list));
  socket.on('replay_skipped', (skipped) => replays.get(skipped.id)?.receiveSkipped(skipped));
  socket.on('replay_ended', (ended) => replays.get(ended.id)?.receiveEnded(ended));
}
