import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { type ReferencedMessage, useContent } from '../context/content-context.js';
import { InternalLink } from '../markdown-view/internal-link.js';

interface ReplyLineProps {
  channelId: string;
  messageId: string;
}

/** What a message answers, in one line above it. */
export function ReplyLine({ channelId, messageId }: ReplyLineProps) {
  const { message, messageHref } = useContent();
  const parent = message(channelId, messageId);
  const href =
    parent.state === 'known' || parent.state === 'not-loaded' ? messageHref(channelId, messageId) : null;
  const line = <ParentLine parent={parent} />;
  return (
    <div className="reply-line">
      <span className="visually-hidden">{CONTENT_TEXTS.reply.label} </span>
      {href === null ? line : <InternalLink href={href}>{line}</InternalLink>}
    </div>
  );
}

function ParentLine({ parent }: { parent: ReferencedMessage }) {
  if (parent.state !== 'known') return <span className="muted">{CONTENT_TEXTS.reply[parent.state]}</span>;
  return (
    <>
      <span className="reply-author">
        <Name of={parent.author} />
      </span>{' '}
      <bdi className="reply-text">{parent.text === '' ? CONTENT_TEXTS.reply.noText : parent.text}</bdi>
    </>
  );
}
