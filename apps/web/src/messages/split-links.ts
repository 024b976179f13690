export interface TextPart {
  text: string;
  /** Set when the part is a link; always http or https. */
  href?: string;
}

const CANDIDATE = /\bhttps?:\/\/[^\s<>]+/gi;
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Cuts a text into plain parts and links. The parts' texts joined are the text. */
export function splitLinks(content: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of content.matchAll(CANDIDATE)) {
    const text = withoutTrailingPunctuation(match[0]);
    if (!URL.canParse(text)) continue;
    if (match.index > end) parts.push({ text: content.slice(end, match.index) });
    parts.push({ text, href: new URL(text).href });
    end = match.index + text.length;
  }
  if (end < content.length) parts.push({ text: content.slice(end) });
  return parts;
}

/** A sentence's full stop or bracket is not part of its link, unless the bracket was opened inside the link. */
function withoutTrailingPunctuation(url: string): string {
  let end = url.length;
  while (end > 0) {
    const last = url[end - 1]!;
    const opening = CLOSING[last];
    const isLoose = opening
      ? count(url, last, end) > count(url, opening, end)
      : '.,;:!?\'"*_~|'.includes(last);
    if (!isLoose) break;
    end -= 1;
  }
  return url.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  let found = 0;
  for (let i = 0; i < end; i++) if (text[i] === character) found += 1;
  return found;
}
