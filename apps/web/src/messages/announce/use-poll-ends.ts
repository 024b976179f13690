import { useEffect, useRef, useState } from 'react';
import { useNow } from '../../content/markdown-view/use-now.js';
import { pollEnds, pollEndText } from '../../content/polls/poll-ends.js';
import type { ListedMessage } from '../model/message-window.js';
import { NOTHING_SAID, type Said } from './use-announcement.js';

/** Says when a poll of the list ends, by its time or because it was ended. */
export function usePollEnds(messages: readonly ListedMessage[]): Said {
  const nowMs = useNow();
  const openIds = useRef<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState(NOTHING_SAID);
  useEffect(() => {
    const found = pollEnds(messages, openIds.current, nowMs);
    openIds.current = found.openIds;
    if (found.ended.length === 0) return;
    const text = found.ended.map(pollEndText).join(' ');
    setSaid(({ count }) => ({ text, count: count + 1 }));
  }, [messages, nowMs]);
  return said;
}
