import { memo, type ReactNode, useMemo } from 'react';
import { withoutStrayPdi } from '../../ui/bidi.js';
import { isOnlyEmoji } from '../markdown/only-emoji.js';
import { parseInlines } from '../markdown/parse-inlines.js';
import { parseMarkdown } from '../markdown/parse-markdown.js';
import { Blocks } from './blocks.js';
import { Inlines } from './inlines.js';

interface MarkdownProps {
  text: string;
  /** Rendered after the last line. */
  after?: ReactNode;
}

/** Text in Discord's Markdown. */
export const Markdown = memo(function Markdown({ text, after }: MarkdownProps) {
  const blocks = useMemo(() => parseMarkdown(withoutStrayPdi(text)), [text]);
  const isLarge = useMemo(() => isOnlyEmoji(blocks), [blocks]);
  return (
    <div className={isLarge ? 'markdown markdown-large' : 'markdown'}>
      <Blocks blocks={blocks} after={after} />
    </div>
  );
});

/** One line of formatted text, such as the title of an embed. */
export const InlineMarkdown = memo(function InlineMarkdown({ text }: { text: string }) {
  const nodes = useMemo(() => parseInlines(withoutStrayPdi(text)), [text]);
  return (
    <bdi>
      <Inlines nodes={nodes} />
    </bdi>
  );
});
