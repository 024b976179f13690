import { type Ref, useMemo } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { ListContent } from '../../content/provide/list-content.js';
import type { Day } from '../../routes/place.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { withoutBidiControls } from '../../ui/bidi.js';
import { ListAnnouncements } from '../announce/list-announcements.js';
import { ListEnd } from './list-end.js';
import { ListPills } from './list-pills.js';
import { ListPosition } from './list-position.js';
import { MessageRows } from './message-rows-view.js';
import type { ListedGap, Skip } from '../model/list-marks.js';
import { countUnread } from '../model/message-list.js';
import type { ReadMarks } from '../model/read-marks.js';
import type { OpenChannel } from '../model/use-channel.js';
import { useGaps } from './use-gaps.js';
import { type MessageActions, useListKeys } from './use-list-keys.js';
import { useMessageLink } from './use-message-link.js';
import { useListScroll } from '../scroll/use-list-scroll.js';
import { useUnread } from './use-unread.js';

/** What the list shows of a replay besides messages. */
export interface PastMarks {
  /** The gaps before the time that is shown. */
  gaps: readonly ListedGap[];
  skips: readonly Skip[];
  /** Reads answered messages as they were. */
  rest: Pick<RelayClient, 'get'>;
  /** Differs for each time that the reader chose. */
  visit: number;
}

export interface MessageListViewProps {
  open: OpenChannel;
  channelName: string;
  client: RelayClient;
  marks: Pick<ReadMarks, 'of' | 'advance' | 'rewind'>;
  /** Absent: the list is live. */
  past?: PastMarks;
  onDay: (day: Day) => void;
  onMessage: (messageId: Snowflake) => void;
  /** The reader went to the newest message, so the address no longer names another one. */
  onNewest: () => void;
}

export function MessageListView(props: MessageListViewProps) {
  const { open, channelName, client, marks, past, onDay, onMessage, onNewest } = props;
  const { channelId, store, view } = open;
  const { list, target } = view;
  const isFollowing = list.readUpTo === null;
  const scroll = useListScroll(open);
  const unread = useUnread(marks, channelId, list);
  const [linkNotice, copyLink] = useMessageLink(channelId);
  const listKeys = useListActions(unread.markUnreadFrom, copyLink, onMessage);
  const toNewest = () => {
    onNewest();
    store.jumpToNewest();
  };
  return (
    <div className="messages">
      <div
        className="messages-scroller"
        ref={scroll.scroller}
        onScroll={scroll.onScroll}
        {...listKeys}
        role="log"
        aria-live="off"
        aria-label={MESSAGE_TEXTS.listOf(withoutBidiControls(channelName))}
        tabIndex={0}
        data-testid="message-list"
      >
        <LoadedMessages
          open={open}
          channelName={channelName}
          client={client}
          past={past}
          readUpTo={unread.readUpTo}
          ref={scroll.rows}
        />
      </div>
      {!past && <ListPosition list={list} client={client} store={store} onDay={onDay} />}
      <ListPills
        list={list}
        target={target}
        unread={unread}
        count={isFollowing ? null : countUnread(list)}
        onNewest={toNewest}
        onFirstUnread={(id) => void store.jumpTo(id, 'time')}
      />
      <p role="status" className="list-notice">
        {linkNotice}
      </p>
      <ListAnnouncements key={past?.visit} messages={list.messages} />
    </div>
  );
}

function useListActions(
  unread: MessageActions['unread'],
  link: MessageActions['link'],
  open: MessageActions['open'],
) {
  return useListKeys(useMemo(() => ({ unread, link, open }), [unread, link, open]));
}

interface LoadedMessagesProps extends Pick<MessageListViewProps, 'open' | 'channelName' | 'client' | 'past'> {
  readUpTo: Snowflake | null;
  ref: Ref<HTMLDivElement>;
}

/** The loaded messages between the two ends of the list. */
function LoadedMessages({ open, channelName, client, past, readUpTo, ref }: LoadedMessagesProps) {
  const { channelId, store, view } = open;
  const { list, target } = view;
  const gaps = useGaps(client, past ? undefined : list.messages[0]?.serverId);
  return (
    <>
      <ListEnd end="older" list={list} channelName={channelName} onRetry={() => void store.load('older')} />
      <ListContent channelId={channelId} rest={past?.rest ?? client} list={list}>
        <MessageRows
          list={list}
          gaps={past?.gaps ?? gaps}
          skips={past?.skips}
          readUpTo={readUpTo}
          targetId={target?.messageId ?? null}
          ref={ref}
        />
      </ListContent>
      <ListEnd end="newer" list={list} channelName={channelName} onRetry={() => void store.load('newer')} />
    </>
  );
}
