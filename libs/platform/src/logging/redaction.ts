const REDACTED = '[redacted]';

/** Keys whose whole value is a secret. In other values, only the log-in of a URL is secret. */
const SECRET_KEY = /(TOKEN|SECRET|PASSWORD|WEBHOOK_KEY)(_[A-Z]+)*$/;
const NOT_SECRET_KEY = /_(FILE|DAYS|MS|S|URL)$/;
/** Shorter secrets are not redacted: they would match ordinary words, and protect nothing. */
const SHORTEST = 6;

/** `scheme://user:password@`, also if the password contains `@` or `/`; not `/users/@me`. */
const LOGIN_IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*[^\s"'<>/]@/gi;
const BEARER = /\b(bearer\s+)[^\s"',]+/gi;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g;

const secrets = new Set<string>();
let pattern: RegExp | undefined;

/** Registers the secret parts of a configuration value. */
export function registerSecret(key: string, value: string): void {
  if (SECRET_KEY.test(key) && !NOT_SECRET_KEY.test(key)) remember(value.trim());
  for (const url of value.split(',')) for (const part of loginParts(url)) remember(part);
}

/** Removes the registered secrets, log-ins in URLs, and tokens from a text. */
export function redact(text: string): string {
  const known = pattern ? text.replace(pattern, REDACTED) : text;
  return known
    .replace(LOGIN_IN_URL, `$1${REDACTED}@`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(JWT, REDACTED);
}

/** Applies {@link redact} to every string in plain data. */
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
  // A user name beside a password is no secret; without a password it is a token.
  return [userInfo, colon === -1 ? userInfo : userInfo.slice(colon + 1)];
}

function remember(value: string): void {
  const forms = [value, tryDecoded(value), encodeURIComponent(tryDecoded(value))];
  for (const form of forms) for (const text of [form, JSON.stringify(form).slice(1, -1)]) add(text);
  // Longest first, because one may be a prefix of another.
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
