import type { UserRecord } from '../state/model/records.js';
import type { AuthorizeRequest } from './authorize-request.js';

const STYLE =
  'body{font:16px system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}' +
  'li{margin:.5rem 0}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#8bf}}';

/** The page on which a user is chosen for the log-in. `query` is the request's query, which the links repeat. */
export function authorizePage(request: AuthorizeRequest, query: string, users: UserRecord[]): string {
  const link = (extra: Record<string, string>): string => {
    const params = new URLSearchParams(query);
    for (const [name, value] of Object.entries(extra)) params.set(name, value);
    return escapeHtml(`?${params.toString()}`);
  };
  const rows = users.map(
    ({ id, username, globalName }) =>
      `<li><a href="${link({ user: id, approve: 'true' })}">${escapeHtml(globalName ?? username)}</a></li>`,
  );
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Local Discord: log in</title>`,
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style>`,
    `<h1>Log in as</h1><p>Application ${escapeHtml(request.clientId)} requests: `,
    `${escapeHtml([...request.scopes].join(', '))}. This is a local Discord: no password.</p>`,
    `<ul>${rows.join('')}</ul><p><a href="${link({ approve: 'false' })}">Cancel</a></p></html>`,
  ].join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
