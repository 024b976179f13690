/** A JWT is three parts of base64url, a service token one part after its prefix. The service decides whether it is valid. */
const TOKEN = /^([\w-]+\.[\w-]+\.[\w-]+|relay_[\w-]+)$/;

/** The token in a pasted text, without white space, quotes or a leading `Bearer`; null if there is none. */
export function pastedToken(text: string): string | null {
  const token = text
    .trim()
    .replace(/^bearer\s+/i, '')
    .replace(/^["']|["']$/g, '')
    .replace(/\s+/g, '');
  return TOKEN.test(token) ? token : null;
}
