import type { ReactNode } from 'react';
import { directionOfBlock, directionOfBlocks } from './direction.js';
import type { Block, List } from '../markdown/syntax.js';
import { Inlines } from './inlines.js';

interface BlocksProps {
  blocks: readonly Block[];
  after?: ReactNode;
}

export function Blocks({ blocks, after }: BlocksProps) {
  const isLastText = blocks.at(-1)?.type === 'paragraph';
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} after={index === blocks.length - 1 ? after : undefined} />
      ))}
      {!isLastText && after}
    </>
  );
}

function BlockView({ block, after }: { block: Block; after: ReactNode }) {
  switch (block.type) {
    case 'paragraph':
      return (
        <div className="markdown-paragraph" dir={directionOfBlock(block)}>
          <bdi>
            <Inlines nodes={block.children} />
          </bdi>
          {after}
        </div>
      );
    case 'heading':
      return <Heading block={block} />;
    case 'subtext':
      return (
        <div className="markdown-subtext" dir={directionOfBlock(block)}>
          <Inlines nodes={block.children} />
        </div>
      );
    case 'quote':
      return (
        <blockquote className="markdown-quote" dir={directionOfBlock(block)}>
          <Blocks blocks={block.children} />
        </blockquote>
      );
    case 'list':
      return <ListView list={block} />;
    default:
      return block satisfies never;
  }
}

const LEVEL = 3;

/** All headings have the same level, below that of the day, because consecutive messages form no outline. */
function Heading({ block }: { block: Extract<Block, { type: 'heading' }> }) {
  return (
    <div
      className={`markdown-heading markdown-heading-${block.level}`}
      role="heading"
      aria-level={LEVEL}
      dir={directionOfBlock(block)}
    >
      <Inlines nodes={block.children} />
    </div>
  );
}

function ListView({ list }: { list: List }) {
  const { start, items } = list;
  const content = items.map((blocks, index) => (
    <li key={index} dir={directionOfBlocks(blocks)}>
      <Blocks blocks={blocks} />
    </li>
  ));
  const dir = directionOfBlock(list);
  if (start === null)
    return (
      <ul className="markdown-list" dir={dir}>
        {content}
      </ul>
    );
  return (
    <ol className="markdown-list" start={start} dir={dir}>
      {content}
    </ol>
  );
}
