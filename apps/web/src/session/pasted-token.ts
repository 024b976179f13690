/** A JWT is three parts of base64url, a service token one behind its prefix. Whether it is valid is the service's word. */
const TOKEN = /^([\w-]+\.[\w-]+\.[\w-]+|relay_[\w-]+)$/;

/** The token in what was pasted, without white space, quotes or a leading `Bearer`; null when there is none. */
export function pastedToken(text: string): string | null {
  const token = text
    .trim()
    .replace(/^bearer\s+/i, '')
    .replace(/^["']|["']$/g, '')
    .replace(/\s+/g, '');
  return TOKEN.test(token) ? token : null;
}
