import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import type { MessageList } from '../model/message-list-state.js';
import type { ReadMarks } from '../model/read-marks.js';
import { Throttle } from '../model/throttle.js';

type Marks = Pick<ReadMarks, 'of' | 'advance' | 'rewind'>;

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
export function useUnread(marks: Marks, channelId: Snowflake, list: MessageList): Unread {
  const [readUpTo, setReadUpTo] = useState(() => marks.of(channelId));
  const [isMarkedUnread, setMarkedUnread] = useState(false);
  const newestId = list.to === null ? list.messages.at(-1)?.id : undefined;
  const isAtNewest = list.readUpTo === null && newestId !== undefined;
  const latest = useRef(newestId);
  const progress = useProgress(marks, channelId);
  useEffect(() => {
    latest.current = newestId;
    const isInSight = document.visibilityState === 'visible';
    if (isAtNewest && isInSight && !isMarkedUnread) progress.push(newestId);
  }, [progress, newestId, isAtNewest, isMarkedUnread]);
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
      progress.drop();
      marks.rewind(channelId, messageId);
      setReadUpTo(marks.of(channelId));
      setMarkedUnread(true);
    },
    [marks, channelId, progress],
  );
  const markRead = useCallback(() => {
    if (latest.current !== undefined) marks.advance(channelId, latest.current);
    setReadUpTo(null);
    setMarkedUnread(false);
  }, [marks, channelId]);
  return { readUpTo, markUnreadFrom, markRead };
}

/** Every write to the browser's storage costs time, and other tabs get it. */
const STORE_EVERY_MS = 1_000;

/** Stores how far the reader has read; nothing is left to store when the page or the channel is left. */
function useProgress(marks: Marks, channelId: Snowflake): Throttle<Snowflake> {
  const progress = useMemo(
    () => new Throttle((id: Snowflake) => marks.advance(channelId, id), STORE_EVERY_MS),
    [marks, channelId],
  );
  useEffect(() => {
    const flush = () => progress.flush();
    document.addEventListener('visibilitychange', flush);
    window.addEventListener('pagehide', flush);
    return () => {
      document.removeEventListener('visibilitychange', flush);
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [progress]);
  return progress;
}
