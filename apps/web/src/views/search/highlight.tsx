import type { ReactNode } from 'react';

/** The positions of words that begin with one of the searched words. */
export function hitsIn(text: string, words: readonly string[]): { start: number; end: number }[] {
  if (words.length === 0) return [];
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})`, 'giu');
  return [...text.matchAll(pattern)].map(({ index, 0: hit }) => ({ start: index, end: index + hit.length }));
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
