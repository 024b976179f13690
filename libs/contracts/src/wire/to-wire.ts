import type { Change } from '../changes.js';
import type {
  ChannelUpdateBody,
  MessageBody,
  MessageUpdateBody,
  Positioned,
  WireMessageDelete,
} from './wire-events.js';

export type WireEvent =
  | { event: 'message'; payload: MessageBody & Positioned }
  | { event: 'message_update'; payload: MessageUpdateBody & Positioned }
  | { event: 'message_delete'; payload: WireMessageDelete & Positioned }
  | { event: 'channel_update'; payload: ChannelUpdateBody & Positioned };

/**
 * The socket events of a change, in order. Of a change that is several events only the last carries the change's
 * `seq`; those before it keep `prev`, so a client that is cut in the middle gets all of them again.
 */
export function toWireEvents(change: Change): WireEvent[] {
  const { seq, prev } = change;
  switch (change.kind) {
    case 'message':
      return [{ event: 'message', payload: { ...change.body, seq, prev } }];
    case 'message_update':
      return [{ event: 'message_update', payload: { ...change.body, seq, prev } }];
    case 'channel_update':
      return [{ event: 'channel_update', payload: { ...change.body, seq, prev } }];
    case 'message_delete': {
      const { ids, channelId, serverId } = change.body;
      return ids.map((id, i) => ({
        event: 'message_delete',
        payload: { id, channelId, serverId, seq: i === ids.length - 1 ? seq : prev, prev },
      }));
    }
    case 'channels_removed': {
      const { channels } = change.body;
      return channels.map((channel, i) => ({
        event: 'channel_update',
        payload: { ...channel, deleted: true, seq: i === channels.length - 1 ? seq : prev, prev },
      }));
    }
    default:
      return change satisfies never;
  }
}
