import { memo } from 'react';
import { MessageBody } from '../content/message-body.js';
import { initialOf } from '../ui/initial-of.js';
import { Name } from '../ui/name.js';
import { authorColour } from './author-look.js';
import type { ListedMessage } from './message-list.js';
import { clockTime, fullTime, shortClockTime } from './message-times.js';

interface MessageItemProps {
  message: ListedMessage;
  leads: boolean;
}

export const MessageItem = memo(function MessageItem({ message, leads }: MessageItemProps) {
  const { id, author, timestamp } = message;
  return (
    <li
      className={leads ? 'message message-leads' : 'message'}
      data-testid={`message-${id}`}
      data-anchor={id}
      data-colour={authorColour(author.id)}
    >
      {leads ? <Lead message={message} /> : <TimeAside timestamp={timestamp} />}
      <div className="message-content">
        <MessageBody message={message} />
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
        <span className="message-author">
          <Name of={author.username} />
        </span>
        <time className="message-time" dateTime={timestamp} title={fullTime(timestamp)}>
          {clockTime(timestamp)}
        </time>
      </div>
    </>
  );
}

/** Shown beside a message of a group while the pointer is on it. */
function TimeAside({ timestamp }: { timestamp: string }) {
  return (
    <time className="message-time-aside" dateTime={timestamp} title={fullTime(timestamp)}>
      {shortClockTime(timestamp)}
    </time>
  );
}
