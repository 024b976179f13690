import type { Block } from './syntax.js';

/** With more emoji than this, a message counts as text. */
const MOST_LARGE = 30;

/** A pictograph with its joiners: enough to distinguish emoji from words, not to count them exactly. */
const PICTURES =
  /^(?:\s|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\u20e3|[0-9#*]\ufe0f?\u20e3)+$/u;

/** Whether a message consists of emoji only, which Discord shows larger. */
export function isOnlyEmoji(blocks: readonly Block[]): boolean {
  const [block] = blocks;
  if (blocks.length !== 1 || block?.type !== 'paragraph') return false;
  let pictures = 0;
  for (const node of block.children) {
    if (node.type === 'emoji') pictures += 1;
    else if (node.type !== 'text') return false;
    else if (PICTURES.test(node.value))
      pictures += node.value.match(/\p{Extended_Pictographic}/gu)?.length ?? 0;
    else return false;
  }
  return pictures > 0 && pictures <= MOST_LARGE;
}
