import { memo } from 'react';
import { MessageBody } from '../content/message-body.js';
import { isNotice } from '../content/system/system-words.js';
import { authorKey } from '../content/author/author-identity.js';
import { AuthorName, AuthorPicture } from '../content/author/author-head.js';
import { AuthorTag } from '../content/author/author-tag.js';

import { authorColour } from './author-look.js';
import type { ListedMessage } from './message-list.js';
import { clockTime, fullTime, shortClockTime } from './message-times.js';

interface MessageItemProps {
  message: ListedMessage;
  leads: boolean;
}

export const MessageItem = memo(function MessageItem({ message, leads }: MessageItemProps) {
  const { id, timestamp } = message;
  return (
    <li
      className={leads ? 'message message-leads' : 'message'}
      data-testid={`message-${id}`}
      data-anchor={id}
      data-colour={authorColour(authorKey(message))}
    >
      {leads && !isNotice(message) && <Lead message={message} />}
      {isNotice(message) && <NoticeMark />}
      {!leads && <TimeAside timestamp={timestamp} />}
      <div className="message-content">
        <MessageBody message={message} />
      </div>
    </li>
  );
});

function Lead({ message: { author, webhookId, timestamp } }: { message: ListedMessage }) {
  return (
    <>
      <AuthorPicture author={author} />
      <div className="message-head">
        <AuthorName author={author} />
        <AuthorTag author={author} webhookId={webhookId} />
        <time className="message-time" dateTime={timestamp} title={fullTime(timestamp)}>
          {clockTime(timestamp)}
        </time>
      </div>
    </>
  );
}

/** In place of a picture: nobody says a notice. */
const NoticeMark = () => (
  <span className="notice-mark" aria-hidden="true">
    →
  </span>
);

/** Shown beside a message of a group while the pointer is on it. */
function TimeAside({ timestamp }: { timestamp: string }) {
  return (
    <time className="message-time-aside" dateTime={timestamp} title={fullTime(timestamp)}>
      {shortClockTime(timestamp)}
    </time>
  );
}
