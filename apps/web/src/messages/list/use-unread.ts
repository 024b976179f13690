import { useCallback, useEffect, useRef, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import type { MessageList } from '../model/message-list-state.js';
import type { ReadMarks } from '../model/read-marks.js';

export interface Unread {
  /** Later messages are marked as new; null: none. */
  readUpTo: Snowflake | null;
  markUnreadFrom: (messageId: Snowflake) => void;
  markRead: () => void;
}

/**
 * The messages that were new when the reader arrived, or arrived while the page was hidden. At the newest message,
 * everything counts as read.
 */
export function useUnread(marks: ReadMarks, channelId: Snowflake, list: MessageList): Unread {
  const [readUpTo, setReadUpTo] = useState(() => marks.of(channelId));
  const [isMarkedUnread, setMarkedUnread] = useState(false);
  const newestId = list.to === null ? list.messages.at(-1)?.id : undefined;
  const isAtNewest = list.readUpTo === null && newestId !== undefined;
  const latest = useRef(newestId);
  useEffect(() => {
    latest.current = newestId;
    const isInSight = document.visibilityState === 'visible';
    if (isAtNewest && isInSight && !isMarkedUnread) marks.advance(channelId, newestId);
  }, [marks, channelId, newestId, isAtNewest, isMarkedUnread]);
  useEffect(() => {
    const onVisibility = () => {
      if (latest.current === undefined || isMarkedUnread) return;
      if (document.visibilityState === 'hidden') setReadUpTo(latest.current);
      else if (isAtNewest) marks.advance(channelId, latest.current);
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [marks, channelId, isAtNewest, isMarkedUnread]);
  const markUnreadFrom = useCallback(
    (messageId: Snowflake) => {
      marks.rewind(channelId, messageId);
      setReadUpTo(marks.of(channelId));
      setMarkedUnread(true);
    },
    [marks, channelId],
  );
  const markRead = useCallback(() => {
    if (latest.current !== undefined) marks.advance(channelId, latest.current);
    setReadUpTo(null);
    setMarkedUnread(false);
  }, [marks, channelId]);
  return { readUpTo, markUnreadFrom, markRead };
}
