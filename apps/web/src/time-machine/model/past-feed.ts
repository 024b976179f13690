import type { History, HistoryPage, ReactionEvent, RelayClient } from '@discord-relay/client';
import type {
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  Replayable,
  RestMessagePage,
  Snowflake,
  WireMessageDelete,
} from '@discord-relay/contracts';
import type { FeedListener, MessageFeed } from '../../messages/model/message-feed.js';
import { pastMessage, pastPage, pastUpdate, withoutMark } from './past-events.js';

/** The messages of a replay, for the same list that shows live ones. */
export class PastFeed implements MessageFeed {
  readonly join: MessageFeed['join'];
  readonly leave: MessageFeed['leave'];
  private readonly listeners = new Set<FeedListener>();
  /** Sequence of the last event that was shown. */
  private seq = 0;

  constructor(
    private readonly rest: Pick<RelayClient, 'get'>,
    private readonly place: { channelId: Snowflake; serverId: Snowflake },
    { join, leave }: Pick<MessageFeed, 'join' | 'leave'>,
  ) {
    this.join = join;
    this.leave = leave;
  }

  listen(listener: FeedListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Reads messages as they were when it is called first for them; a new one for each time that the reader chooses. */
  pastRest(): Pick<RelayClient, 'get'> {
    return { get: (path, query) => this.rest.get(path, { ...query, asOf: this.seq }) };
  }

  /** Older messages, as they were after the last event that was shown. */
  async history(page: HistoryPage): Promise<History> {
    const { channelId } = this.place;
    const asOf = this.seq;
    const path = `/api/v1/channels/${channelId}/messages`;
    const found = await this.rest.get<RestMessagePage>(path, { ...page, asOf });
    return { messages: pastPage({ ...found, seq: asOf }, this.place), seq: asOf };
  }

  receiveSnapshot(bulk: Replayable<MessagesBulk>): void {
    this.seq = bulk.seq;
    const snapshot = withoutMark(bulk) as MessagesBulk;
    for (const { onSnapshot } of this.listeners) onSnapshot(snapshot, true);
  }

  receiveMessage(event: Replayable<MessageBody & Positioned>): void {
    this.emit({ type: 'message', event: pastMessage(event) });
  }

  receiveUpdate(event: Replayable<MessageUpdateBody & Positioned>): void {
    this.emit({ type: 'update', event: pastUpdate(event) });
  }

  receiveDelete(event: Replayable<WireMessageDelete & Positioned>): void {
    this.emit({ type: 'delete', event: withoutMark(event) as WireMessageDelete & Positioned });
  }

  receiveReaction(event: Replayable<ReactionEvent>): void {
    this.emit({ type: 'reaction', event: withoutMark(event) as ReactionEvent });
  }

  private emit(action: Parameters<FeedListener['onEvent']>[0]): void {
    this.seq = action.event.seq;
    for (const { onEvent } of this.listeners) onEvent(action);
  }
}
