import { memo, type ReactNode } from 'react';
import type { WireHistoryMessage } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../texts/content-texts.js';
import { Markdown } from './markdown-view/markdown.js';

interface MessageBodyProps {
  message: WireHistoryMessage;
  /** Follows the text, such as "(edited)". */
  after?: ReactNode;
}

/** All that a message says, below its author's name. Names and addresses come from {@link ContentContext}. */
export const MessageBody = memo(function MessageBody({ message, after }: MessageBodyProps) {
  if (message.content === '')
    return (
      <>
        <span className="muted">{CONTENT_TEXTS.noText}</span>
        {after}
      </>
    );
  return <Markdown text={message.content} after={after} />;
});
