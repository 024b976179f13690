import type { AccessGrant, AuthMethods } from '@discord-relay/contracts';
import { serviceAddress } from '../routes/service-root.js';
import { SESSION_TEXTS } from '../texts/session-texts.js';

/** A refusal, with a message for people. `code` is the service's, if it sent one. */
export class AuthError extends Error {
  constructor(
    message: string,
    readonly code: string | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AuthError';
  }
}

/** Pages of other sites cannot send this header: together with the cookie it proves that this page made the request. */
const OWN_PAGE = { 'x-relay-csrf': '1' };

/** The available ways to sign in. @throws AuthError */
export async function fetchAuthMethods(signal: AbortSignal): Promise<AuthMethods> {
  const { local, discord, session } = (await request('/api/auth/methods', {
    signal,
  })) as Partial<AuthMethods>;
  return { local: local === true, discord: discord ?? null, session: session === true };
}

/** A token for the local stack. @throws AuthError */
export async function signInLocally(): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  return grantIn(await request('/api/auth/local', { method: 'POST', headers, body: '{}' })).token;
}

/** A new token for this browser's log-in. @throws AuthError `AUTH.SESSION_ENDED` when there is none any more */
export const refreshLogin = async (): Promise<AccessGrant> =>
  grantIn(await request('/api/auth/refresh', { method: 'POST', headers: OWN_PAGE }));

/** Ends the log-in, in every tab. @throws AuthError */
export async function logOut(): Promise<void> {
  // `keepalive`: the request must complete even if the page is closed.
  await request('/api/auth/logout', { method: 'POST', headers: OWN_PAGE, keepalive: true });
}

function grantIn(body: object): AccessGrant {
  const { token, expiresIn } = body as Partial<AccessGrant>;
  if (typeof token === 'string' && typeof expiresIn === 'number') return { token, expiresIn };
  throw new AuthError(SESSION_TEXTS.failures.noToken, null);
}

async function request(path: string, init: RequestInit): Promise<object> {
  const response = await fetch(serviceAddress(path), init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw new AuthError(SESSION_TEXTS.failures.noAnswer, null, { cause });
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body: unknown = isJson ? await response.json() : {};
  if (response.ok && typeof body === 'object' && body !== null) return body;
  const { detail, code } = (body ?? {}) as { detail?: unknown; code?: unknown };
  const sentence = typeof detail === 'string' ? detail : SESSION_TEXTS.failures.status(response.status);
  throw new AuthError(sentence, typeof code === 'string' ? code : null);
}
