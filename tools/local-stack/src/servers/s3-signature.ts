import { createHash, createHmac } from 'node:crypto';

/** A request whose authorization is AWS Signature Version 4 in a header. */
export interface SignedRequest {
  method: string;
  /** Path and query as they were sent. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface Authorization {
  accessKeyId: string;
  /** Date, region, service and `aws4_request`. */
  scope: [date: string, region: string, service: string, end: string];
  signedHeaders: string[];
  signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/([^/,]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** undefined: there is none, or it has another form */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const match = AUTHORIZATION.exec(header ?? '');
  if (!match) return undefined;
  const [, accessKeyId, date, region, service, end, signedHeaders, signature] = match as unknown as string[];
  return {
    accessKeyId: accessKeyId!,
    scope: [date!, region!, service!, end!],
    signedHeaders: signedHeaders!.split(';'),
    signature: signature!,
  };
}

/** The signature that a request must have, hexadecimal (docs.aws.amazon.com, "Signature Calculations for the Authorization Header"). */
export function signatureOf(
  request: SignedRequest,
  { scope, signedHeaders }: Pick<Authorization, 'scope' | 'signedHeaders'>,
  secretAccessKey: string,
): string {
  const [path, query = ''] = request.url.split('?');
  const canonical = [
    request.method,
    path!.split('/').map(encoded).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${valueOf(request, name)}`),
    '',
    signedHeaders.join(';'),
    valueOf(request, 'x-amz-content-sha256'),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', valueOf(request, 'x-amz-date'), scope.join('/'), sha256(canonical)];
  const key = scope.reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, text.join('\n')).toString('hex');
}

const valueOf = ({ headers }: SignedRequest, name: string): string =>
  String(headers[name] ?? '')
    .trim()
    .replaceAll(/ +/g, ' ');

/** Sorted by code point after it was encoded. */
const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, value = ''] = pair.split('=');
      return `${encoded(name!)}=${encoded(value)}`;
    })
    .sort((a, b) => (a < b ? -1 : 1))
    .join('&');

const encoded = (part: string): string =>
  encodeURIComponent(decodeURIComponent(part)).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
