import { parseMarkdown } from './parse-markdown.js';
import type { Block, Inline } from './syntax.js';

/** The names for the ids in mentions. */
export interface MentionNames {
  user: (id: string) => string;
  role: (id: string) => string;
  channel: (id: string) => string;
}

/** A message's text on one line and without formats, for previews. Spoilers stay hidden. */
export const plainText = (text: string, names: MentionNames): string =>
  blocksText(parseMarkdown(text), names).replaceAll(/\s+/g, ' ').trim();

const blocksText = (blocks: readonly Block[], names: MentionNames): string =>
  blocks.map((block) => blockText(block, names)).join(' ');

function blockText(block: Block, names: MentionNames): string {
  if (block.type === 'quote') return blocksText(block.children, names);
  if (block.type === 'list') return block.items.map((item) => blocksText(item, names)).join(' ');
  return inlinesText(block.children, names);
}

const inlinesText = (nodes: readonly Inline[], names: MentionNames): string =>
  nodes.map((node) => inlineText(node, names)).join('');

function inlineText(node: Inline, names: MentionNames): string {
  switch (node.type) {
    case 'spoiler':
      return '█████';
    case 'user':
    case 'role':
      return `@${names[node.type](node.id)}`;
    case 'channel':
      return `#${names.channel(node.id)}`;
    case 'emoji':
      return `:${node.name}:`;
    case 'timestamp':
      return new Date(node.seconds * 1_000).toISOString();
    case 'command':
      return `/${node.name}`;
    case 'navigation':
      return `#${node.target}`;
    default:
      return 'children' in node ? inlinesText(node.children, names) : node.value;
  }
}
