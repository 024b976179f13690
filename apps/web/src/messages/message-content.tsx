import { memo } from 'react';
import { withoutBidiControls, withoutStrayPdi } from '../ui/bidi.js';
import { splitLinks } from './split-links.js';

/** Plain text, with its line breaks, and links that tell the other side nothing. */
export const MessageContent = memo(function MessageContent({ content }: { content: string }) {
  return (
    <bdi>
      {splitLinks(withoutStrayPdi(content)).map(({ text, href }, index) =>
        href === undefined ? (
          text
        ) : (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {withoutBidiControls(text)}
          </a>
        ),
      )}
    </bdi>
  );
});
