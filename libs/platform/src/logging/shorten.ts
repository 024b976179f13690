/** The text with at most `maxChars` UTF-16 units; a longer one ends with `…`. Never cuts a surrogate pair apart. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 2);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, splitsPair ? maxChars - 2 : maxChars - 1)}…`;
}
