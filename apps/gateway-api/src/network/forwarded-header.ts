/**
 * Returns the `for` value of each element of a `Forwarded` header (RFC 7239), in order; '' for an element without one. Runs in
 * linear time.
 */
export function hopsOfForwarded(header: string): string[] {
  return split(header, ',')
    .filter((element) => element.trim() !== '')
    .map(forOf);
}

function forOf(element: string): string {
  const pair = split(element, ';').find((each) => /^\s*for\s*=/i.test(each));
  const value = pair?.slice(pair.indexOf('=') + 1).trim() ?? '';
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
}

/** Splits at separators outside quoted strings. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (quoted && text[i] === '\\') i += 1;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && text[i] === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
