import { OAuthError } from './oauth-error.js';

export interface OAuthClient {
  id: string;
  secret: string;
}

/** A field of a form; anything but a string counts as absent. */
export function formField(form: unknown, name: string): string | undefined {
  const value = (form as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Client id and secret from HTTP Basic, otherwise from the form. @throws OAuthError invalid_client */
export function clientOf(authorization: string | undefined, form: unknown): OAuthClient {
  const [id, secret] = authorization?.startsWith('Basic ')
    ? basicCredentials(authorization)
    : [formField(form, 'client_id'), formField(form, 'client_secret')];
  if (id === undefined || secret === undefined) throw new OAuthError(401, 'invalid_client');
  return { id, secret };
}

function basicCredentials(authorization: string): (string | undefined)[] {
  const pair = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 1 || colon === pair.length - 1 ? [] : [pair.slice(0, colon), pair.slice(colon + 1)];
}

/** @throws OAuthError invalid_request for a missing field. */
export function requiredField(form: unknown, name: string): string {
  const value = formField(form, name);
  if (value !== undefined) return value;
  throw new OAuthError(400, 'invalid_request', `Missing "${name}" in request.`);
}
