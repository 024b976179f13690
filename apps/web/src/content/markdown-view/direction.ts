import { type Direction, directionOf } from '../../ui/bidi.js';
import type { Block, Inline } from '../markdown/syntax.js';

/**
 * The direction in which a block is written: that of its first letter outside of code, names and addresses, which have a
 * direction of their own. undefined: that of what is around it.
 */
export const directionOfBlock = (block: Block): Direction | undefined => {
  if (block.type === 'quote') return directionOfBlocks(block.children);
  if (block.type === 'list') return first(block.items, directionOfBlocks);
  return directionOfInlines(block.children);
};

export const directionOfBlocks = (blocks: readonly Block[]): Direction | undefined =>
  first(blocks, directionOfBlock);

const directionOfInlines = (nodes: readonly Inline[]): Direction | undefined =>
  first(nodes, directionOfInline);

function directionOfInline(node: Inline): Direction | undefined {
  if (node.type === 'text') return directionOf(node.value);
  return 'children' in node && node.type !== 'link' ? directionOfInlines(node.children) : undefined;
}

function first<T>(items: readonly T[], direction: (item: T) => Direction | undefined): Direction | undefined {
  for (const item of items) {
    const found = direction(item);
    if (found) return found;
  }
  return undefined;
}
