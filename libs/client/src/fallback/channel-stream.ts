import type {
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  ReactionBody,
  ReactionClearBody,
  Unsubscribed,
  WireError,
  WireMessageDelete,
} from '@discord-relay/contracts/wire';
import type { ChannelFeed } from '../feeds/channel-feed.js';
import type { FeedAck } from '../feeds/feed.js';
import { disconnected, isWireError, RelayError } from '../relay-error.js';
import type { RelayRest } from '../rest.js';
import { lossOf } from '../routes.js';
import { readEvents, type StreamEvent } from './sse-reader.js';

const TYPES = [
  'message.created',
  'message.updated',
  'message.deleted',
  'reaction.added',
  'reaction.removed',
  'reaction.cleared',
] as const;

interface ChannelStreamEvents {
  snapshot: MessagesBulk;
  'message.created': MessageBody & Positioned;
  'message.updated': MessageUpdateBody & Positioned;
  'message.deleted': WireMessageDelete & Positioned;
  'reaction.added': ReactionBody & Positioned;
  'reaction.removed': ReactionBody & Positioned;
  'reaction.cleared': ReactionClearBody & Positioned;
  unsubscribed: Unsubscribed;
  error: WireError;
}

type Handlers = { [E in keyof ChannelStreamEvents]: (data: ChannelStreamEvents[E]) => void };

/** One channel over server-sent events. */
export class ChannelStream {
  private readonly closing = new AbortController();
  private answer: (ack: FeedAck) => void = () => undefined;

  constructor(
    private readonly rest: RelayRest,
    private readonly feed: ChannelFeed,
  ) {}

  /** Resolves when the stream resumes after the cursor, or its snapshot was emitted; never rejects. */
  open(after: number | undefined): Promise<FeedAck> {
    return new Promise((resolve) => {
      this.answer = resolve;
      this.run(after).catch((error: unknown) => this.fail(error));
    });
  }

  close(): void {
    this.closing.abort();
    this.refuse(disconnected('the stream was closed'));
  }

  private async run(after: number | undefined): Promise<void> {
    const { channelId } = this.feed;
    const { serverId } = await this.rest.channel(channelId);
    const query = { guild: serverId, channels: channelId, types: TYPES.join(',') };
    const body = await this.rest.stream(query, after, this.closing.signal);
    if (after !== undefined) this.answer({ ok: true, seq: after, resumed: true });
    for await (const event of readEvents(body)) this.receive(event);
    throw new RelayError(disconnected('the stream ended'));
  }

  private receive({ event, data }: StreamEvent): void {
    // Events without a handler, such as `gap`, are ignored: a snapshot follows a gap and is sufficient.
    if (this.closing.signal.aborted || !Object.hasOwn(this.handlers, event)) return;
    this.handlers[event as keyof ChannelStreamEvents](data as never);
  }

  private readonly handlers: Handlers = {
    snapshot: (bulk) => {
      this.feed.receiveSnapshot(bulk);
      this.answer({ ok: true, seq: bulk.seq, resumed: false });
    },
    'message.created': (event) => this.feed.receiveMessage(event),
    'message.updated': (event) => this.feed.receiveUpdate(event),
    'message.deleted': (event) => this.feed.receiveDelete(event),
    'reaction.added': (event) => this.feed.receiveReaction({ action: 'add', ...event }),
    'reaction.removed': (event) => this.feed.receiveReaction({ action: 'remove', ...event }),
    'reaction.cleared': (event) => this.feed.receiveReaction({ action: 'clear', ...event }),
    unsubscribed: ({ code }) => this.feed.receiveUnsubscribed(lossOf(code)),
    error: (error) => {
      throw new RelayError(error);
    },
  };

  private fail(error: unknown): void {
    if (this.closing.signal.aborted) return;
    const { code, message, retryable } = isWireError(error) ? error : disconnected(String(error));
    const reason = { code, message, retryable };
    this.refuse(reason);
    // A feed that has just received its answer becomes live in a later microtask; only then can it join again.
    setTimeout(() => {
      if (!this.closing.signal.aborted && this.feed.isLive)
        this.feed.receiveUnsubscribed(new RelayError({ ...reason, retryable: true }));
    }, 0);
  }

  private refuse({ code, message, retryable }: WireError): void {
    this.answer({ ok: false, error: { code, message, retryable } });
  }
}
