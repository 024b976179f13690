import { memo, useState } from 'react';
import { MessageBody } from '../../content/message-body.js';
import { isNotice } from '../../content/system/message-types.js';
import { authorKey } from '../../content/author/author-identity.js';
import { MessageLead, NoticeMark } from '../../content/author/message-lead.js';
import { pathOf } from '../../routes/place.js';
import { pathPrefix } from '../../routes/service-root.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { authorColour } from './author-look.js';
import { clockTime, fullTime, shortClockTime } from '../../ui/times.js';
import type { ListedMessage } from '../model/message-window.js';

interface MessageItemProps {
  message: ListedMessage;
  leads: boolean;
  isTarget: boolean;
}

/** Arrow keys move the focus between messages; see use-list-keys.ts. */
export const MessageItem = memo(function MessageItem({ message, leads, isTarget }: MessageItemProps) {
  const { id } = message;
  // Its actions would be a third of the elements of the list.
  const [isHovered, setHovered] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const classes = ['message', leads && 'message-leads', isTarget && 'message-target'];
  return (
    <div
      role="listitem"
      className={classes.filter(Boolean).join(' ')}
      data-testid={`message-${id}`}
      data-anchor={id}
      data-colour={authorColour(authorKey(message))}
      tabIndex={-1}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      {leads && !isNotice(message) && (
        <MessageLead message={message}>
          <Time message={message} />
        </MessageLead>
      )}
      {isNotice(message) && <NoticeMark />}
      {!leads && <Time message={message} isAside />}
      <div className="message-content">
        <MessageBody message={message} />
      </div>
      {(isHovered || isFocused) && <Actions id={id} />}
    </div>
  );
});

const Actions = ({ id }: { id: string }) => (
  <div className="message-actions">
    <Action
      id={id}
      name="unread"
      label={MESSAGE_TEXTS.markUnread}
      path="M4 12h9M4 7h16M4 17h6M18 13v6M15 16h6"
    />
    <Action
      id={id}
      name="link"
      label={MESSAGE_TEXTS.copyLink}
      path="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"
    />
  </div>
);

/** The list handles clicks on it; keyboards have a key for the same action. */
function Action({ id, name, label, path }: { id: string; name: string; label: string; path: string }) {
  return (
    <button
      type="button"
      className="icon-button"
      tabIndex={-1}
      title={label}
      aria-label={label}
      data-action={name}
      data-message={id}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

/**
 * The time links to the message; for further messages of a group it is shown on hover. The list handles clicks on it: a link
 * that follows the address itself would add listeners for every message.
 */
function Time({ message, isAside = false }: { message: ListedMessage; isAside?: boolean }) {
  const { id, channelId, timestamp } = message;
  return (
    <a
      className={isAside ? 'message-time-aside' : 'message-time'}
      href={pathPrefix + pathOf({ view: 'channel', channelId, messageId: id })}
      data-action="open"
      data-message={id}
      tabIndex={-1}
      title={fullTime(timestamp)}
    >
      <time dateTime={timestamp}>{isAside ? shortClockTime(timestamp) : clockTime(timestamp)}</time>
    </a>
  );
}
