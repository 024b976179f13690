import type { EventType, RelayEvent } from '@discord-relay/contracts';
import { channelEvents } from './channels/events.js';
import { guildEvents } from './guilds/events.js';
import { importCompletedEvents, importedMessageEvents } from './imports/events.js';
import { memberEvents } from './members/events.js';
import { messageEvents } from './messages/events.js';
import { INDEPENDENT_SLICES } from './models.js';
import { pollEvents } from './polls/events.js';
import { reactionEvents } from './reactions/events.js';
import { roleEvents } from './roles/events.js';
import type { RowOp } from './row-op.js';
import type { EventSlice } from './shared/event-slice.js';
import { threadEvents } from './threads/events.js';
import { voiceEvents } from './voice/events.js';

/** The slice that projects each event type. A type without an entry does not compile. */
export const EVENT_SLICES: {
  readonly [Type in EventType]: EventSlice<Extract<RelayEvent, { type: Type }>, RowOp>;
} = {
  'message.created': messageEvents,
  'message.updated': messageEvents,
  'message.deleted': messageEvents,
  'message.bulk_deleted': messageEvents,
  'message.imported': importedMessageEvents,
  'import.completed': importCompletedEvents,
  'reaction.added': reactionEvents,
  'reaction.removed': reactionEvents,
  'reaction.cleared': reactionEvents,
  'reaction.counted': reactionEvents,
  'poll.vote_added': pollEvents,
  'poll.vote_removed': pollEvents,
  'guild.synced': guildEvents,
  'guild.updated': guildEvents,
  'guild.unavailable': guildEvents,
  'guild.left': guildEvents,
  'channel.synced': channelEvents,
  'channel.created': channelEvents,
  'channel.updated': channelEvents,
  'channel.deleted': channelEvents,
  'channel.pins_updated': channelEvents,
  'channel.imported': channelEvents,
  'room.synced': channelEvents,
  'room.created': channelEvents,
  'room.updated': channelEvents,
  'room.deleted': channelEvents,
  'room.status_updated': channelEvents,
  'thread.synced': threadEvents,
  'thread.created': threadEvents,
  'thread.updated': threadEvents,
  'thread.deleted': threadEvents,
  'thread.list_synced': threadEvents,
  'thread.member_updated': threadEvents,
  'thread.members_updated': threadEvents,
  'role.synced': roleEvents,
  'role.created': roleEvents,
  'role.updated': roleEvents,
  'role.deleted': roleEvents,
  'member.synced': memberEvents,
  'member.joined': memberEvents,
  'member.updated': memberEvents,
  'member.left': memberEvents,
  'member.range_listed': memberEvents,
  'voice.joined': voiceEvents,
  'voice.moved': voiceEvents,
  'voice.updated': voiceEvents,
  'voice.left': voiceEvents,
  ...INDEPENDENT_SLICES,
};
