import type {
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  ReactionBody,
  ReactionClearBody,
  Snowflake,
  TypingNotice,
  WireHistoryMessage,
  WireMessageDelete,
} from '@discord-relay/contracts/wire';
import { Feed, type FeedEvents, type FeedLink } from './feed.js';
import { type History, type HistoryPage, pagesOf } from './history.js';

export type ReactionEvent = Positioned &
  (({ action: 'add' | 'remove' } & ReactionBody) | ({ action: 'clear' } & ReactionClearBody));

export interface ChannelEvents extends FeedEvents {
  /** Replace everything known about the channel with this. */
  snapshot: (bulk: MessagesBulk) => void;
  message: (event: MessageBody & Positioned) => void;
  update: (event: MessageUpdateBody & Positioned) => void;
  delete: (event: WireMessageDelete & Positioned) => void;
  reaction: (event: ReactionEvent) => void;
  /** Somebody is typing; may be lost. */
  typing: (notice: TypingNotice) => void;
}

/** A channel or thread: its messages and their reactions. */
export class ChannelFeed extends Feed<ChannelEvents> {
  /** @internal */
  constructor(
    readonly channelId: Snowflake,
    link: FeedLink,
    private readonly readPage: (page: HistoryPage) => Promise<History>,
  ) {
    super(link);
  }

  /**
   * Iterates over the channel's current messages in pages, each oldest first: backwards from the newest message or `before`, or
   * forwards from `after`, to the end. Needs no `join()`.
   * @throws RelayError
   */
  history(from: Omit<HistoryPage, 'around'> = {}): AsyncGenerator<WireHistoryMessage[], void> {
    return pagesOf(this.readPage, from);
  }

  /** @internal */
  receiveSnapshot(bulk: MessagesBulk): void {
    if (this.renew(bulk.seq)) this.emit('snapshot', bulk);
  }

  /** @internal */
  receiveMessage(event: MessageBody & Positioned): void {
    if (this.accept(event, event.id)) this.emit('message', event);
  }

  /** @internal */
  receiveUpdate(event: MessageUpdateBody & Positioned): void {
    if (this.accept(event, event.id)) this.emit('update', event);
  }

  /** @internal */
  receiveDelete(event: WireMessageDelete & Positioned): void {
    if (this.accept(event, event.id)) this.emit('delete', event);
  }

  /** @internal */
  receiveReaction(event: ReactionEvent): void {
    if (this.accept(event, event.messageId)) this.emit('reaction', event);
  }

  /** @internal */
  receiveTyping(notice: TypingNotice): void {
    this.emit('typing', notice);
  }
}
