import { memo } from 'react';
import { authorColour, initialOf } from './author-look.js';
import { MessageContent } from './message-content.js';
import type { ListedMessage } from './message-list.js';
import { clockTime, fullTime } from './message-times.js';

interface MessageItemProps {
  message: ListedMessage;
  leads: boolean;
}

export const MessageItem = memo(function MessageItem({ message, leads }: MessageItemProps) {
  const { id, author, content, editedTimestamp } = message;
  return (
    <li
      className={leads ? 'message message-leads' : 'message'}
      data-testid={`message-${id}`}
      data-anchor={id}
      data-colour={authorColour(author.id)}
    >
      {leads ? (
        <Lead message={message} />
      ) : (
        <Time timestamp={message.timestamp} className="message-time-aside" />
      )}
      <div className="message-content">
        {content === '' ? (
          <span className="muted">No text in this message</span>
        ) : (
          <MessageContent content={content} />
        )}
        {editedTimestamp !== null && (
          <span className="message-edited" title={fullTime(editedTimestamp)}>
            (edited)
          </span>
        )}
      </div>
    </li>
  );
});

function Lead({ message: { author, timestamp } }: { message: ListedMessage }) {
  return (
    <>
      <span className="avatar" aria-hidden="true">
        {initialOf(author.username)}
      </span>
      <div className="message-head">
        <span className="message-author">{author.username}</span>
        <Time timestamp={timestamp} className="message-time" />
      </div>
    </>
  );
}

function Time({ timestamp, className }: { timestamp: string; className: string }) {
  return (
    <time className={className} dateTime={timestamp} title={fullTime(timestamp)}>
      {clockTime(timestamp)}
    </time>
  );
}
