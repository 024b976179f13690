export interface AuthMethods {
  /** Whether the service signs anybody in who can reach it: a local stack only. */
  local: boolean;
}

/** How one may sign in. @throws Error with a sentence for people */
export async function fetchAuthMethods(signal: AbortSignal): Promise<AuthMethods> {
  const { local } = (await ask('/api/auth/methods', { signal })) as { local?: unknown };
  return { local: local === true };
}

/** A token for the local stack. @throws Error with a sentence for people */
export async function signInLocally(): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const { token } = (await ask('/api/auth/local', { method: 'POST', headers, body: '{}' })) as {
    token?: unknown;
  };
  if (typeof token !== 'string') throw new Error('The service answered without a token.');
  return token;
}

async function ask(path: string, init: RequestInit): Promise<object> {
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw new Error('The service does not answer. It may be starting.', { cause });
  });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body: unknown = isJson ? await response.json() : null;
  if (response.ok && typeof body === 'object' && body !== null) return body;
  throw new Error(problemDetail(body) ?? `The service answered with status ${response.status}.`);
}

function problemDetail(body: unknown): string | null {
  const { detail } = (body ?? {}) as { detail?: unknown };
  return typeof detail === 'string' ? detail : null;
}
