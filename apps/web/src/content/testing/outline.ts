import type { Block, Inline } from '../markdown/syntax.js';

const TAGS = { paragraph: 'p', subtext: 'small', quote: 'quote' } as const;

/** A syntax tree on one line, for assertions. */
export const outline = (blocks: readonly Block[]): string => blocks.map(blockOutline).join(' ');

function blockOutline(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `h${block.level}(${inlines(block.children)})`;
    case 'quote':
      return `${TAGS.quote}(${outline(block.children)})`;
    case 'list': {
      const tag = block.start === null ? 'ul' : `ol:${block.start}`;
      return `${tag}(${block.items.map((item) => `item(${outline(item)})`).join(', ')})`;
    }
    default:
      return `${TAGS[block.type]}(${inlines(block.children)})`;
  }
}

const inlines = (nodes: readonly Inline[]): string => nodes.map(inlineOutline).join('');

function inlineOutline(node: Inline): string {
  switch (node.type) {
    case 'text':
      return node.value;
    case 'codeBlock':
      return `<codeBlock${node.language === null ? '' : `:${node.language}`} ${node.value}>`;
    case 'code':
      return `<code ${node.value}>`;
    case 'link':
      return `<link:${node.href} ${inlines(node.children)}>`;
    case 'emoji':
      return `<emoji:${node.name}:${node.id}${node.animated ? ':animated' : ''}>`;
    case 'timestamp':
      return `<timestamp:${node.seconds}:${node.style}>`;
    case 'command':
      return `<command:${node.name}:${node.id}>`;
    case 'navigation':
      return `<navigation:${node.target}>`;
    case 'everyone':
    case 'contact':
      return `<${node.type}:${node.value}>`;
    case 'user':
    case 'role':
    case 'channel':
      return `<${node.type}:${node.id}>`;
    default:
      return `<${node.type} ${inlines(node.children)}>`;
  }
}
