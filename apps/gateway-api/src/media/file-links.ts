import { timingSafeEqual } from 'node:crypto';
import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import { derivedKey, hmac } from '../auth/tokens/secrets.js';

/** Not longer than revocations are remembered. */
const LINK_MS = 15 * 60_000;

interface Place {
  messageId: string;
  attachmentId: string;
}

/** Whose rights a link has. */
interface Ticket {
  id: string;
  role: Principal['role'];
  guilds?: string[];
  credential?: string;
  expiresAtMs: number;
}

/**
 * Addresses of kept files that need no token, for elements of pages, which cannot send one. A link states whose it is and proves it by a
 * signature; the rights are checked when it is used.
 */
export class FileLinks {
  private readonly key: Uint8Array;

  constructor(secret: string) {
    this.key = derivedKey(secret, 'links of kept files');
  }

  /** An address relative to that of the attachment. It ends before the token that the caller has, unless that is renewed. */
  linkTo(place: Place, principal: Principal, nowMs: number): { url: string; expiresAt: Date } {
    const { id, role, guilds, credential } = principal;
    const isRenewed = credential?.startsWith('session:') === true;
    const expiresAtMs = Math.min(nowMs + LINK_MS, isRenewed ? Infinity : principal.expiresAtMs);
    const ticket: Ticket = {
      ...{ id, role, expiresAtMs },
      ...(guilds && { guilds: [...guilds] }),
      ...(credential !== undefined && { credential }),
    };
    const payload = Buffer.from(JSON.stringify(ticket)).toString('base64url');
    const url = `${place.attachmentId}/file?ticket=${payload}.${this.sign(place, payload)}`;
    return { url, expiresAt: new Date(expiresAtMs) };
  }

  /** Who has the link. @throws AppError `AUTH.TOKEN_MISSING`, `AUTH.TOKEN_INVALID`, `AUTH.TOKEN_EXPIRED` */
  principalOf(place: Place, ticket: unknown, nowMs: number): Principal {
    if (typeof ticket !== 'string' || ticket === '') throw new AppError('AUTH.TOKEN_MISSING');
    const [payload = '', signature = ''] = ticket.split('.');
    const expected = Buffer.from(this.sign(place, payload));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new AppError('AUTH.TOKEN_INVALID');
    const { guilds, ...rest } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Ticket;
    if (rest.expiresAtMs <= nowMs) throw new AppError('AUTH.TOKEN_EXPIRED');
    return { ...rest, ...(guilds && { guilds: new Set(guilds) }) };
  }

  private sign({ messageId, attachmentId }: Place, payload: string): string {
    return hmac(this.key, `${messageId}/${attachmentId}.${payload}`);
  }
}
