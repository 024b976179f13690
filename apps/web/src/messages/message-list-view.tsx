import { useCallback, useMemo } from 'react';
import { ListContent } from '../content/context/list-content.js';
import { withoutBidiControls } from '../ui/bidi.js';
import type { ChannelStore } from './channel-store.js';
import { MessageItem } from './message-item.js';
import { countUnread, type MessageList } from './message-list.js';
import { messageRows } from './message-rows.js';
import { dayName, dayOf } from './message-times.js';
import { NewMessagesButton } from './new-messages-button.js';
import { OlderMessages } from './older-messages.js';
import { useAnnouncement } from './use-announcement.js';
import { useScrollPosition } from './use-scroll-position.js';

interface MessageListViewProps {
  list: MessageList;
  store: ChannelStore;
  channelName: string;
}

export function MessageListView({ list, store, channelName }: MessageListViewProps) {
  const isFollowing = list.readUpTo === null;
  const follow = useCallback((following: boolean) => store.follow(following), [store]);
  const { older } = list;
  const loadOlder = useCallback(() => {
    // A failed page waits for the reader's word.
    if (older === 'available') void store.loadOlder();
  }, [store, older]);
  const { scroller, onScroll } = useScrollPosition(list, isFollowing, follow, loadOlder);
  const announcement = useAnnouncement(list.messages);
  return (
    <div className="messages">
      <div
        className="messages-scroller"
        ref={scroller}
        onScroll={onScroll}
        role="log"
        aria-live="off"
        aria-label={`Messages in ${withoutBidiControls(channelName)}`}
        tabIndex={0}
        data-testid="message-list"
      >
        <OlderMessages list={list} channelName={channelName} onRetry={() => void store.loadOlder()} />
        <ListContent channelId={store.channelId} list={list}>
          <MessageRows messages={list.messages} />
        </ListContent>
      </div>
      {!isFollowing && <NewMessagesButton count={countUnread(list)} onClick={() => store.jumpToNewest()} />}
      <p className="visually-hidden" role="status">
        {announcement}
      </p>
    </div>
  );
}

function MessageRows({ messages }: Pick<MessageList, 'messages'>) {
  const rows = useMemo(() => messageRows(messages, dayOf), [messages]);
  const nowMs = Date.now();
  return (
    <ol className="messages-rows">
      {rows.map((row) =>
        row.kind === 'day' ? (
          <li key={row.key} className="day">
            <h2>{dayName(row.timestamp, nowMs)}</h2>
          </li>
        ) : (
          <MessageItem key={row.key} message={row.message} leads={row.leads} />
        ),
      )}
    </ol>
  );
}
