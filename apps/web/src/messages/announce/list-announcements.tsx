import { memo } from 'react';
import type { ListedMessage } from '../model/message-window.js';
import { useAnnouncement } from './use-announcement.js';
import { usePollEnds } from './use-poll-ends.js';

interface ListAnnouncementsProps {
  messages: readonly ListedMessage[];
}

/** What screen readers say about the channel when they have nothing else to say; each in its own region, so that none hides another. */
export const ListAnnouncements = memo(function ListAnnouncements({ messages }: ListAnnouncementsProps) {
  const arrived = useAnnouncement(messages);
  const ended = usePollEnds(messages);
  return (
    <div className="visually-hidden">
      <Announcement text={arrived.text} count={arrived.count} testId="announced-messages" />
      <Announcement text={ended.text} count={ended.count} testId="announced-polls" />
    </div>
  );
});

/** A new element for every sentence, because the same sentence again would not change the document. */
const Announcement = ({ text, count, testId }: { text: string; count: number; testId: string }) => (
  <p role="status" data-testid={testId}>
    {text !== '' && <span key={count}>{text}</span>}
  </p>
);
