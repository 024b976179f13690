import { useState } from 'react';
import { compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import type { JumpTarget } from '../model/channel-store.js';
import type { MessageList } from '../model/message-list-state.js';
import { NewMessagesButton } from './new-messages-button.js';
import type { Unread } from './use-unread.js';

interface ListPillsProps {
  list: MessageList;
  target: JumpTarget | null;
  unread: Unread;
  /** Number of messages since the reader left the bottom; null: the reader is at the bottom. */
  count: number | null;
  onNewest: () => void;
  onFirstUnread: (readUpTo: Snowflake) => void;
}

/**
 * Controls over the list: jump to the bottom, jump to the first unread message, and a note about a jump target that no longer
 * exists.
 */
export function ListPills({ list, target, unread, count, onNewest, onFirstUnread }: ListPillsProps) {
  const { readUpTo, markRead } = unread;
  const first = list.messages[0];
  const newest = list.messages.at(-1);
  const hasUnread = readUpTo !== null && newest !== undefined && compareSnowflakes(newest.id, readUpTo) > 0;
  const isAbove = hasUnread && first !== undefined && compareSnowflakes(first.id, readUpTo) > 0;
  return (
    <>
      {target && !target.isThere && <GoneNotice key={target.count} />}
      {hasUnread && (
        <div className="unread-bar" data-testid="unread-bar">
          {isAbove && (
            <button type="button" className="button button-quiet" onClick={() => onFirstUnread(readUpTo)}>
              {MESSAGE_TEXTS.toFirstUnread}
            </button>
          )}
          <button type="button" className="button button-quiet" data-testid="mark-read" onClick={markRead}>
            {MESSAGE_TEXTS.markRead}
          </button>
        </div>
      )}
      {count !== null && <NewMessagesButton count={count} onClick={onNewest} />}
    </>
  );
}

function GoneNotice() {
  const [isShown, setShown] = useState(true);
  if (!isShown) return null;
  return (
    <div className="notice notice-warn gone-notice" role="status" data-testid="message-gone">
      {MESSAGE_TEXTS.gone}
      <button type="button" className="button button-quiet" onClick={() => setShown(false)}>
        {MESSAGE_TEXTS.dismiss}
      </button>
    </div>
  );
}
