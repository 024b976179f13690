import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AppError } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { TokenVerifier } from '../../auth/tokens/token-verifier.js';
import { FileLinks } from '../../media/file-links.js';
import type { Authenticated } from './bearer.guard.js';

/** Allows requests for a kept file with the ticket of a link, and attaches the principal that the link was given to. */
@Injectable()
export class FileLinkGuard implements CanActivate {
  constructor(
    @Inject(FileLinks) private readonly links: FileLinks,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  /** @throws AppError `AUTH.*` */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Authenticated>();
    const { messageId, attachmentId } = request.params;
    if (typeof messageId !== 'string' || typeof attachmentId !== 'string')
      throw new AppError('AUTH.TOKEN_INVALID');
    const place = { messageId, attachmentId };
    request.principal = this.links.principalOf(place, request.query.ticket, wallClockMs());
    this.verifier.check(request.principal);
    return true;
  }
}
