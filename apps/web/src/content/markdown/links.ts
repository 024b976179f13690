import { parseMarkdown } from './parse-markdown.js';
import type { Block, Inline } from './syntax.js';

/** The addresses in a message's text, each once; all are http or https. */
export const linksOf = (text: string): string[] => [...new Set(parseMarkdown(text).flatMap(linksOfBlock))];

function linksOfBlock(block: Block): string[] {
  if (block.type === 'quote') return block.children.flatMap(linksOfBlock);
  if (block.type === 'list') return block.items.flat().flatMap(linksOfBlock);
  return block.children.flatMap(linksOfInline);
}

function linksOfInline(node: Inline): string[] {
  if (node.type === 'link') return [node.href];
  return 'children' in node ? node.children.flatMap(linksOfInline) : [];
}
