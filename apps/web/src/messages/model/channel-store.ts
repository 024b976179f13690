import type { HistoryPage, RelayError } from '@discord-relay/client';
import { compareSnowflakes, type MessagesBulk, type Snowflake } from '@discord-relay/contracts';
import { asRelayError } from '../../relay/as-relay-error.js';
import type { ChannelStatus, MessageFeed } from './message-feed.js';
import { reduceMessageList } from './message-list.js';
import { EMPTY_LIST, type End, type MessageList, type MessageListAction } from './message-list-state.js';
import { type ListedMessage, readAt } from './message-window.js';

/** Number of messages in a snapshot or a page. */
export const PAGE_SIZE = 50;

/** The target of a jump: the view scrolls to it once for each `count`. */
export interface JumpTarget {
  messageId: Snowflake;
  /** false: the message does not exist; its surroundings are shown. */
  isThere: boolean;
  count: number;
}

export interface ChannelView {
  list: MessageList;
  status: ChannelStatus;
  target: JumpTarget | null;
}

const NOT_LIVE: ChannelStatus = { live: false, refusal: null };

/**
 * One open channel. Every event changes the state at once, but listeners are notified once per frame: a busy channel causes one
 * render per frame, not one per message.
 */
export class ChannelStore {
  private view: ChannelView = { list: EMPTY_LIST, status: NOT_LIVE, target: null };
  private readonly listeners = new Set<() => void>();
  private stop: (() => void) | undefined;
  private frame: number | undefined;
  private jumps = 0;
  /** The topmost visible message. */
  private visibleId: Snowflake | null = null;

  constructor(
    private readonly feed: MessageFeed,
    readonly channelId: Snowflake,
    private readonly onFailure: (error: RelayError) => void,
  ) {}

  readonly getView = (): ChannelView => this.view;

  /** The same object until it changes. */
  readonly getStatus = (): ChannelStatus => this.view.status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  open(): void {
    this.stop = this.feed.listen({
      onSnapshot: (bulk, isChosen) => this.receiveSnapshot(bulk, isChosen),
      onEvent: (action) => this.dispatch(action),
      onStatus: (change) => this.showStatus(change),
    });
    this.join();
  }

  close(): void {
    this.stop?.();
    this.feed.leave();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }

  /** Requests the channel again after a refusal. */
  retry(): void {
    this.showStatus({ refusal: null });
    this.join();
  }

  follow(following: boolean): void {
    this.dispatch({ type: following ? 'followed' : 'left' });
  }

  /** The message that the reader looks at, so that a snapshot does not move it out of view. */
  readonly setVisibleMessage = (messageId: Snowflake | null): void => {
    if (messageId === this.visibleId) return;
    this.visibleId = messageId;
    this.notifyInFrame();
  };

  readonly getVisibleMessage = (): Snowflake | null => this.visibleId;

  /** Jumps to the newest message from any position of the window. */
  jumpToNewest(): void {
    this.jumps += 1;
    this.show({ target: null });
    if (this.view.list.to === null) return this.follow(true);
    this.feed.leave();
    this.dispatch({ type: 'reset' });
    this.join();
  }

  /** Jumps to a message with its surroundings; with `time`, to the first message from that id on. */
  async jumpTo(messageId: Snowflake, what: 'message' | 'time' = 'message'): Promise<void> {
    const jump = (this.jumps += 1);
    if (this.view.list.messages.some(({ id }) => id === messageId)) {
      this.dispatch({ type: 'left' });
      return this.show({ target: { messageId, isThere: true, count: jump } });
    }
    const messages = await this.readAround(messageId);
    if (jump !== this.jumps) return;
    if (!messages) return this.view.list.phase === 'loading' ? this.jumpToNewest() : undefined;
    const nearest = messages.find(({ id }) => compareSnowflakes(id, messageId) >= 0) ?? messages.at(-1);
    const target = nearest && {
      messageId: nearest.id,
      isThere: what === 'time' || nearest.id === messageId,
      count: jump,
    };
    this.show({ target: target ?? null });
  }

  /** Loads the page beyond an end of the window, unless there is none or it is being loaded. */
  async load(end: End): Promise<void> {
    const { ends, from, to } = this.view.list;
    if (ends[end] === 'none' || ends[end] === 'loading') return;
    const bound = end === 'older' ? { before: from } : { after: to! };
    const page = await this.read(end, { ...bound, limit: PAGE_SIZE });
    if (!page) return;
    const { messages } = page;
    this.dispatch({
      type: 'page',
      end,
      request: page.request,
      messages,
      complete: messages.length < PAGE_SIZE,
    });
  }

  /** A snapshot does not move a reader who is elsewhere: the visible part is reloaded instead. */
  private receiveSnapshot(bulk: MessagesBulk, isChosen: boolean): void {
    const { phase, readUpTo, messages, awaited } = this.view.list;
    const isElsewhere = awaited.around !== null || (readUpTo !== null && messages.length > 0);
    const read = { messages: readAt(bulk.messages, bulk.seq) };
    const isPermitted = bulk.reason !== 'history_forbidden' && bulk.reason !== 'access_changed';
    if (isChosen || !isElsewhere || !isPermitted || (phase === 'loading' && awaited.around === null)) {
      const complete = bulk.messages.length < PAGE_SIZE;
      return this.dispatch({ type: 'snapshot', bulk: read, complete });
    }
    this.dispatch({ type: 'snapshot-aside', bulk: read });
    const around = this.visibleId ?? messages.at(-1)?.id;
    if (awaited.around === null && around !== undefined) void this.readAround(around);
  }

  private async readAround(messageId: Snowflake): Promise<MessageList['messages'] | null> {
    const limit = 2 * PAGE_SIZE;
    const page = await this.read('around', { around: messageId, limit });
    if (!page) return null;
    const { messages } = page;
    const later = messages.filter(({ id }) => compareSnowflakes(id, messageId) >= 0).length;
    const complete = { older: messages.length - later < PAGE_SIZE, newer: later < PAGE_SIZE };
    this.dispatch({ type: 'around', request: page.request, messages, complete });
    return messages;
  }

  private async read(
    what: End | 'around',
    page: HistoryPage,
  ): Promise<{ request: number; messages: ListedMessage[] } | null> {
    this.dispatch({ type: 'requested', what });
    const request = this.view.list.requests;
    try {
      const { messages, seq } = await this.feed.history(page);
      return { request, messages: readAt(messages, seq) };
    } catch (cause) {
      const failure = asRelayError(cause);
      this.dispatch({ type: 'failed', what, request, reason: failure.message });
      this.onFailure(failure);
      return null;
    }
  }

  private join(): void {
    this.feed.join().catch((refusal: RelayError) => this.showStatus({ refusal }));
  }

  private dispatch(action: MessageListAction): void {
    const list = reduceMessageList(this.view.list, action);
    if (list !== this.view.list) this.show({ list });
  }

  private showStatus(change: Partial<ChannelStatus>): void {
    this.show({ status: { ...this.view.status, ...change } });
  }

  private show(change: Partial<ChannelView>): void {
    this.view = { ...this.view, ...change };
    this.notifyInFrame();
  }

  private notifyInFrame(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      for (const listener of this.listeners) listener();
    });
  }
}
