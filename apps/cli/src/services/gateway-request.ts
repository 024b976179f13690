import { ConfigError } from '@discord-relay/platform';
import { z } from 'zod';
import type { CliConfig } from '../config.js';
import { operatorName } from './operator-name.js';
import { signToken } from './sign-token.js';

/** Seconds; long enough for one request. */
const TOKEN_S = 60;
const TIMEOUT_MS = 10_000;
const MS_PER_S = 1_000;

export interface GatewayRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the service's URL, including the query. */
  path: string;
  body?: object;
  /** How long to wait for the response; default: 10 seconds. */
  timeoutMs?: number;
  /** How long a token that is signed here is valid, in seconds: what the request begins may go on with its rights; default: a minute. */
  tokenS?: number;
}

const problem = z.object({ detail: z.string(), code: z.string(), retryable: z.boolean().default(false) });

/** gateway-api refused the request. */
export class RequestRefusedError extends Error {
  constructor(
    readonly detail: string,
    /** As docs/errors.md lists them. */
    readonly code: string,
    /** Whether the same request may succeed later. */
    readonly isRetryable: boolean,
  ) {
    super(`${detail} (${code})`);
  }
}

/** Nothing answers at RELAY_URL. */
export class UnreachableError extends ConfigError {}

/**
 * Sends a request to gateway-api as an admin: with RELAY_TOKEN, or with a token signed here if JWT_SECRET is known. Returns the
 * JSON body, null if there is none.
 * @throws ConfigError when no address or no credentials are configured, or the service cannot be reached
 * @throws Error with the error code of the response, or when no response arrives in time
 */
export async function requestGateway<T>(config: CliConfig, request: GatewayRequest): Promise<T> {
  const { method, path, body, timeoutMs = TIMEOUT_MS, tokenS } = request;
  const headers = {
    authorization: `Bearer ${config.RELAY_TOKEN ?? (await ownToken(config, tokenS))}`,
    'content-type': 'application/json',
  };
  const signal = AbortSignal.timeout(timeoutMs);
  const url = new URL(path, config.RELAY_URL);
  const init = { method, headers, signal, ...(body && { body: JSON.stringify(body) }) };
  try {
    const response = await fetch(url, init).catch((cause: unknown) => {
      if (signal.aborted) throw cause;
      throw new UnreachableError([`RELAY_URL: no answer from ${url.origin} (${String(cause)})`]);
    });
    return answerIn<T>(response, await response.text());
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Error(`${url.origin} did not answer within ${timeoutMs / MS_PER_S} s`, { cause });
  }
}

/**
 * Opens a response that may stay open, as an admin: the caller reads its body.
 * @throws as {@link requestGateway}
 */
export async function openGateway(
  config: CliConfig,
  path: string,
  more: Record<string, string> = {},
): Promise<Response> {
  const url = new URL(path, config.RELAY_URL);
  const headers = { authorization: `Bearer ${config.RELAY_TOKEN ?? (await ownToken(config))}`, ...more };
  const response = await fetch(url, { headers }).catch((cause: unknown) => {
    throw new ConfigError([`RELAY_URL: no answer from ${url.origin} (${String(cause)})`]);
  });
  if (!response.ok) answerIn(response, await response.text());
  return response;
}

function answerIn<T>(response: Response, text: string): T {
  if (response.ok) return (text === '' ? null : JSON.parse(text)) as T;
  const { origin } = new URL(response.url);
  throw refusalIn(text) ?? new Error(`${origin} answered with status ${response.status}`);
}

function ownToken(config: CliConfig, ttlSeconds = TOKEN_S): Promise<string> {
  const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config;
  if (!secret)
    throw new ConfigError(['RELAY_TOKEN: missing; set it to the token of an admin, or set JWT_SECRET']);
  const user = `cli:${operatorName()}`;
  return signToken({ secret, issuer, audience, role: 'admin', user, ttlSeconds, guilds: [] });
}

function refusalIn(text: string): RequestRefusedError | undefined {
  try {
    const { detail, code, retryable } = problem.parse(JSON.parse(text));
    return new RequestRefusedError(detail, code, retryable);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
