import type { RestGap, WireHistoryMessage } from '@discord-relay/contracts';
import { AuthorName, AuthorPicture } from '../content/author/author-head.js';
import { authorKey } from '../content/author/author-identity.js';
import { AuthorTag } from '../content/author/author-tag.js';
import { MessageBody } from '../content/message-body.js';
import { GapRow } from '../content/rows/gap-row.js';
import { isNotice } from '../content/system/message-types.js';
import { authorColour } from '../messages/list/author-look.js';
import { utcClock, utcDayName, utcFullTime } from './archive-times.js';

interface ArchivedMessageProps {
  message: WireHistoryMessage;
  /** Shows author and time; the others of its group follow without. */
  leads: boolean;
}

/** As on the page, without what needs a script. */
export function ArchivedMessageRow({ message, leads }: ArchivedMessageProps) {
  const isSaidByDiscord = isNotice(message);
  return (
    <div
      role="listitem"
      className={leads ? 'message message-leads' : 'message'}
      id={message.id}
      data-colour={authorColour(authorKey(message))}
    >
      {leads && !isSaidByDiscord && <Lead message={message} />}
      {isSaidByDiscord && (
        <span className="notice-mark" aria-hidden="true">
          →
        </span>
      )}
      {!leads && <Time message={message} className="message-time-aside" />}
      <div className="message-content">
        <MessageBody message={message} />
      </div>
    </div>
  );
}

function Lead({ message }: { message: WireHistoryMessage }) {
  const { author, webhookId } = message;
  return (
    <>
      <AuthorPicture author={author} />
      <div className="message-head">
        <AuthorName author={author} />
        <AuthorTag author={author} webhookId={webhookId} />
        <Time message={message} className="message-time" />
      </div>
    </>
  );
}

/** The time links to the message. */
const Time = ({
  message: { id, timestamp },
  className,
}: {
  message: WireHistoryMessage;
  className: string;
}) => (
  <a className={className} href={`#${id}`} title={utcFullTime(timestamp)}>
    <time dateTime={timestamp}>{utcClock(timestamp)}</time>
  </a>
);

export const ArchivedDayRow = ({ id, timestamp }: { id: string; timestamp: string }) => (
  <div role="listitem" className="day">
    <h3 id={id}>{utcDayName(timestamp)}</h3>
  </div>
);

export const ArchivedGapRow = ({ gap }: { gap: RestGap }) => (
  <div role="listitem">
    <GapRow gap={gap} />
  </div>
);
