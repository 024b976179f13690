import type {
  Positioned,
  RoomCreatedBody,
  RoomDeletedBody,
  RoomsList,
  Snowflake,
  VoiceJoinedBody,
  WireVoiceLeft,
} from '@discord-relay/contracts/wire';
import { Feed, type FeedEvents, type FeedLink } from './feed.js';

export interface RoomsEvents extends FeedEvents {
  /** Replace everything known about the rooms with this. */
  snapshot: (rooms: RoomsList) => void;
  joined: (event: VoiceJoinedBody & Positioned) => void;
  left: (event: WireVoiceLeft & Positioned) => void;
  created: (event: RoomCreatedBody & Positioned) => void;
  deleted: (event: RoomDeletedBody & Positioned) => void;
}

/** The voice and stage channels of a guild and their users. A move is `left` and `joined`. */
export class RoomsFeed extends Feed<RoomsEvents> {
  /** @internal */
  constructor(
    readonly guildId: Snowflake,
    link: FeedLink,
  ) {
    super(link);
  }

  /** @internal */
  receiveSnapshot(rooms: RoomsList): void {
    if (this.renew(rooms.seq)) this.emit('snapshot', rooms);
  }

  /** @internal */
  receiveJoined(event: VoiceJoinedBody & Positioned): void {
    if (this.accept(event, `joined ${event.userId}`)) this.emit('joined', event);
  }

  /** @internal */
  receiveLeft(event: WireVoiceLeft & Positioned): void {
    if (this.accept(event, `left ${event.userId}`)) this.emit('left', event);
  }

  /** @internal */
  receiveCreated(event: RoomCreatedBody & Positioned): void {
    if (this.accept(event, `created ${event.channelId}`)) this.emit('created', event);
  }

  /** @internal */
  receiveDeleted(event: RoomDeletedBody & Positioned): void {
    if (this.accept(event, `deleted ${event.channelId}`)) this.emit('deleted', event);
  }
}
