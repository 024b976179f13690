import { memo } from 'react';
import { splitLinks } from './split-links.js';

/** Plain text, with its line breaks, and links that tell the other side nothing. */
export const MessageContent = memo(function MessageContent({ content }: { content: string }) {
  return splitLinks(content).map(({ text, href }, index) =>
    href === undefined ? (
      text
    ) : (
      <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
    ),
  );
});
