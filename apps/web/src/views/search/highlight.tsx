import type { ReactNode } from 'react';

/** Scripts that are searched by pairs of characters, so that hits need not be at the beginning of a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/u;

const BEGINNING = '(?<![\\p{L}\\p{N}])';

/** The positions of words that begin with one of the searched words; of scripts without spaces, also within words. */
export function hitsIn(text: string, words: readonly string[]): { start: number; end: number }[] {
  if (words.length === 0) return [];
  const patterns = words.map((word) => {
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return UNSPACED.test(word) ? escaped : `${BEGINNING}${escaped}`;
  });
  return [...text.matchAll(new RegExp(patterns.join('|'), 'giu'))].map(({ index, 0: hit }) => ({
    start: index,
    end: index + hit.length,
  }));
}

/** A text with its matches marked. */
export function Highlighted({ text, words }: { text: string; words: readonly string[] }) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const { start, end } of hitsIn(text, words)) {
    parts.push(text.slice(from, start), <mark key={start}>{text.slice(start, end)}</mark>);
    from = end;
  }
  parts.push(text.slice(from));
  return <bdi>{parts}</bdi>;
}
