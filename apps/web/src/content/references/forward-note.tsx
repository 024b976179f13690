import type { MessageReference } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { useContent } from '../context/content-context.js';
import { InternalLink } from '../markdown-view/internal-link.js';
import { Markdown } from '../markdown-view/markdown.js';

/**
 * Shows which message was forwarded: the copy is not recorded (ADR 36), and the original is shown to readers who may see it.
 */
export function ForwardNote({ reference: { channelId, messageId } }: { reference: MessageReference }) {
  const { channel, message, messageHref } = useContent();
  const origin = channelId === null ? undefined : channel(channelId);
  const original = channelId && messageId ? message(channelId, messageId) : null;
  const href = channelId && messageId && origin ? messageHref(channelId, messageId) : null;
  return (
    <div className="forward">
      <div className="forward-label">{CONTENT_TEXTS.forward.label}</div>
      {original?.state === 'known' && (
        <blockquote className="markdown-quote">
          <div className="forward-author">
            <Name of={original.author} />
          </div>
          <Markdown text={original.text} />
        </blockquote>
      )}
      <div className="forward-origin">
        {origin === undefined ? (
          CONTENT_TEXTS.forward.elsewhere
        ) : (
          <>
            {CONTENT_TEXTS.forward.from}{' '}
            {href === null ? (
              <Name of={`#${origin.name}`} />
            ) : (
              <InternalLink href={href}>
                #<Name of={origin.name} />
              </InternalLink>
            )}
          </>
        )}
        {original?.state === 'deleted' && ` ${CONTENT_TEXTS.forward.deleted}`}
      </div>
    </div>
  );
}
