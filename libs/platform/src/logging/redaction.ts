const REDACTED = '[redacted]';

/** Keys whose whole value is a secret; of any other value only the log-in of a URL is. */
const SECRET_KEY = /(TOKEN|SECRET|PASSWORD|WEBHOOK_KEY)(_[A-Z]+)*$/;
const NOT_SECRET_KEY = /_(FILE|DAYS|MS|S|URL)$/;
/** Shorter ones would blank out ordinary words; whoever has such a secret has none. */
const SHORTEST = 6;

/** `scheme://user:password@`, also where the password has an `@` or a `/` in it; not `/users/@me`. */
const LOGIN_IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*[^\s"'<>/]@/gi;
const BEARER = /\b(bearer\s+)[^\s"',]+/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g;

const secrets = new Set<string>();
let pattern: RegExp | undefined;

/** Remembers what of a configuration value must not be told. */
export function keepSecret(key: string, value: string): void {
  if (SECRET_KEY.test(key) && !NOT_SECRET_KEY.test(key)) remember(value.trim());
  for (const url of value.split(',')) for (const part of loginParts(url)) remember(part);
}

/** A text without the secrets of the configuration, log-ins in URLs and tokens. */
export function redact(text: string): string {
  const known = pattern ? text.replace(pattern, REDACTED) : text;
  return known
    .replace(LOGIN_IN_URL, `$1${REDACTED}@`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(JWT, REDACTED);
}

/** As {@link redact}, for every text in plain data. */
export function redactDeep<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(redactDeep) as T;
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactDeep(each)])) as T;
}

function loginParts(url: string): string[] {
  const userInfo = /^\s*[a-z][a-z0-9+.-]*:\/\/(.*)@/is.exec(url)?.[1];
  if (userInfo === undefined) return [];
  const colon = userInfo.indexOf(':');
  // Who logs in is no secret where there is a password; alone it is a token.
  return [userInfo, colon === -1 ? userInfo : userInfo.slice(colon + 1)];
}

function remember(value: string): void {
  const forms = [value, tryDecoded(value), encodeURIComponent(tryDecoded(value))];
  for (const form of forms) for (const text of [form, JSON.stringify(form).slice(1, -1)]) add(text);
  // Longest first: one may be the beginning of another.
  const all = [...secrets].sort((a, b) => b.length - a.length);
  pattern =
    all.length > 0
      ? new RegExp(all.map((each) => each.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
      : undefined;
}

const add = (text: string): void => void (text.length >= SHORTEST && secrets.add(text));

function tryDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
