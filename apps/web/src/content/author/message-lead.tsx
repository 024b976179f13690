import type { ReactNode } from 'react';
import type { WireHistoryMessage } from '@discord-relay/contracts';
import { AuthorName, AuthorPicture } from './author-head.js';
import { AuthorTag } from './author-tag.js';

interface MessageLeadProps {
  message: Pick<WireHistoryMessage, 'author' | 'webhookId'>;
  /** The time of the message. */
  children: ReactNode;
}

/** The author above the first message of a group. */
export function MessageLead({ message: { author, webhookId }, children }: MessageLeadProps) {
  return (
    <>
      <AuthorPicture author={author} />
      <div className="message-head">
        <AuthorName author={author} />
        <AuthorTag author={author} webhookId={webhookId} />
        {children}
      </div>
    </>
  );
}

/** In place of an avatar: system messages have none. */
export const NoticeMark = () => (
  <span className="notice-mark" aria-hidden="true">
    →
  </span>
);
