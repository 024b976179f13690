import type { RelayClient, RelayError } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { asRelayError } from '../relay/as-relay-error.js';
import { EMPTY_LIST, type MessageList, type MessageListAction, reduceMessageList } from './message-list.js';

/** What the service sends at a time, in a snapshot as in a page. */
export const PAGE_SIZE = 50;

export interface ChannelView {
  list: MessageList;
  /** Whether everything that happens in the channel arrives. */
  live: boolean;
  /** Why the channel may not be followed. */
  refusal: RelayError | null;
}

/** The client as this store uses it. */
type Source = Pick<RelayClient, 'channel' | 'history'>;

/**
 * One open channel. Every event changes the state at once, but listeners are told once a frame: a busy channel
 * costs a render per frame, not one per message.
 */
export class ChannelStore {
  private view: ChannelView = { list: EMPTY_LIST, live: false, refusal: null };
  private readonly listeners = new Set<() => void>();
  private stops: (() => void)[] = [];
  private frame: number | undefined;

  constructor(
    private readonly source: Source,
    readonly channelId: Snowflake,
    private readonly onFailure: (error: RelayError) => void,
  ) {}

  readonly getView = (): ChannelView => this.view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  open(): void {
    const feed = this.source.channel(this.channelId);
    this.stops = [
      feed.on('snapshot', (bulk) =>
        this.dispatch({ type: 'snapshot', bulk, complete: bulk.messages.length < PAGE_SIZE }),
      ),
      feed.on('message', (event) => this.dispatch({ type: 'message', event })),
      feed.on('update', (event) => this.dispatch({ type: 'update', event })),
      feed.on('delete', (event) => this.dispatch({ type: 'delete', event })),
      feed.on('live', (live) => this.show({ live })),
      feed.on('refused', (refusal) => this.show({ refusal })),
      feed.on('unsubscribed', (refusal) => this.show({ refusal })),
    ];
    this.join();
  }

  close(): void {
    for (const stop of this.stops.splice(0)) stop();
    this.source.channel(this.channelId).leave();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }

  /** Asks again after a refusal. */
  retry(): void {
    this.show({ refusal: null });
    this.join();
  }

  follow(following: boolean): void {
    this.dispatch({ type: following ? 'followed' : 'left' });
  }

  /** To the newest message, wherever the window is. */
  jumpToNewest(): void {
    if (this.view.list.atTail) return this.follow(true);
    this.source.channel(this.channelId).leave();
    this.dispatch({ type: 'reset' });
    this.join();
  }

  /** Reads the page before the oldest message, unless there is none or it is being read. */
  async loadOlder(): Promise<void> {
    const { older, from } = this.view.list;
    if (older === 'none' || older === 'loading') return;
    this.dispatch({ type: 'older-requested' });
    const request = this.view.list.olderRequests;
    try {
      const page = { before: from, limit: PAGE_SIZE };
      const read = await this.source.history(this.channelId, page);
      const complete = read.messages.length < PAGE_SIZE;
      this.dispatch({ type: 'older-page', request, messages: read.messages, complete });
    } catch (cause) {
      const failure = asRelayError(cause);
      this.dispatch({ type: 'older-failed', request, reason: failure.message });
      this.onFailure(failure);
    }
  }

  private join(): void {
    this.source
      .channel(this.channelId)
      .join()
      .catch((refusal: RelayError) => this.show({ refusal }));
  }

  private dispatch(action: MessageListAction): void {
    const list = reduceMessageList(this.view.list, action);
    if (list !== this.view.list) this.show({ list });
  }

  private show(change: Partial<ChannelView>): void {
    this.view = { ...this.view, ...change };
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      for (const listener of this.listeners) listener();
    });
  }
}
