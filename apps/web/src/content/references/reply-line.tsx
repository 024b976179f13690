import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { plainText } from '../markdown/plain-text.js';
import { type ReferencedMessage, useContent } from '../context/content-context.js';
import { InternalLink } from '../markdown-view/internal-link.js';

/** Longer text does not fit on one line. */
const PREVIEW_CHARACTERS = 300;

interface ReplyLineProps {
  channelId: string;
  messageId: string;
}

/** The answered message, on one line above the answer. */
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
  const { user, role, channel } = useContent();
  if (parent.state !== 'known') return <span className="muted">{CONTENT_TEXTS.reply[parent.state]}</span>;
  const { unknown } = CONTENT_TEXTS;
  const text = plainText(parent.text, {
    user: (id) => user(id)?.name ?? unknown.user,
    role: (id) => role(id)?.name ?? unknown.role,
    channel: (id) => channel(id)?.name ?? unknown.channel,
  });
  return (
    <>
      <span className="reply-author">
        <Name of={parent.author} />
      </span>{' '}
      <bdi className="reply-text">
        {text === '' ? CONTENT_TEXTS.reply.noText : text.slice(0, PREVIEW_CHARACTERS)}
      </bdi>
    </>
  );
}
