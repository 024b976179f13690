import type { RestGap, WireHistoryMessage } from '@discord-relay/contracts';
import { authorKey } from '../content/author/author-identity.js';
import { MessageLead, NoticeMark } from '../content/author/message-lead.js';
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
      {leads && !isSaidByDiscord && (
        <MessageLead message={message}>
          <Time message={message} className="message-time" />
        </MessageLead>
      )}
      {isSaidByDiscord && <NoticeMark />}
      {!leads && <Time message={message} className="message-time-aside" />}
      <div className="message-content">
        <MessageBody message={message} />
      </div>
    </div>
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
