import { Body, Controller, Get, Headers, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { OPTIONS, type SimulatorOptions } from '../options.js';
import { World } from '../state/world.js';
import { ACCESS_TOKEN_LIFETIME_S, Authorizations, type Tokens } from './authorizations.js';
import { authorizePage } from './authorize-page.js';
import { parseAuthorize, redirectTo, type AuthorizeRequest } from './authorize-request.js';
import { OAuthError } from './oauth-error.js';
import { clientOf, formField, requiredField, type OAuthClient } from './token-request.js';
import { epochMs } from '../state/model/world-types.js';

/** The parts of the web framework's objects that are used here. */
interface Request {
  originalUrl: string;
}

interface Response {
  redirect(status: number, url: string): void;
  type(name: string): { send(text: string): void };
}

/** OAuth2 log-ins by authorization code. The user is chosen on a page, or named in the query. */
@Controller(['oauth2', 'api/v10/oauth2'])
export class OAuthController {
  constructor(
    @Inject(OPTIONS) private readonly options: SimulatorOptions,
    @Inject(World) private readonly world: World,
    @Inject(Authorizations) private readonly authorizations: Authorizations,
  ) {}

  @Get('authorize')
  authorize(@Query() query: unknown, @Req() request: Request, @Res() response: Response): void {
    const authorization = parseAuthorize(query);
    if (authorization.answer)
      return response.redirect(302, this.outcomeOf(authorization, authorization.answer));
    const people = [...this.world.users.values()].filter(({ bot }) => !bot);
    const [, search = ''] = request.originalUrl.split('?');
    response.type('html').send(authorizePage(authorization, search, people));
  }

  @Post('token')
  @HttpCode(200)
  token(@Headers('authorization') authorization: string | undefined, @Body() form: unknown) {
    const client = this.known(clientOf(authorization, form));
    const grantType = formField(form, 'grant_type');
    if (grantType === 'authorization_code') return tokenAnswer(this.byCode(client, form));
    if (grantType === 'refresh_token') return tokenAnswer(this.byRefreshToken(client, form));
    const description = `Grant type ${grantType ?? 'None'} is not supported`;
    throw new OAuthError(400, 'unsupported_grant_type', description);
  }

  @Post('token/revoke')
  @HttpCode(200)
  revoke(@Headers('authorization') authorization: string | undefined, @Body() form: unknown) {
    const client = this.known(clientOf(authorization, form));
    this.authorizations.revoke(requiredField(form, 'token'), client.id);
    return {};
  }

  private outcomeOf(
    authorization: AuthorizeRequest,
    answer: NonNullable<AuthorizeRequest['answer']>,
  ): string {
    if (!answer.approved) {
      const error_description = 'The resource owner or authorization server denied the request';
      return redirectTo(authorization, { error: 'access_denied', error_description });
    }
    const { id: userId } = this.world.user(answer.userId ?? '');
    const { clientId, scopes, redirectUri, challenge } = authorization;
    const grant = { userId, clientId, scopes };
    return redirectTo(authorization, {
      code: this.authorizations.allow(grant, redirectUri, epochMs(), challenge),
    });
  }

  private byCode(client: OAuthClient, form: unknown): Tokens {
    const code = requiredField(form, 'code');
    const redirectUri = requiredField(form, 'redirect_uri');
    const verifier = formField(form, 'code_verifier');
    const proof = { clientId: client.id, redirectUri, verifier };
    const tokens = this.authorizations.exchange(code, proof, epochMs());
    if (tokens) return tokens;
    throw new OAuthError(400, 'invalid_grant', 'Invalid "code" in request.');
  }

  private byRefreshToken(client: OAuthClient, form: unknown): Tokens {
    const refreshToken = requiredField(form, 'refresh_token');
    const tokens = this.authorizations.renew(refreshToken, client.id, epochMs());
    if (tokens) return tokens;
    throw new OAuthError(400, 'invalid_grant', 'Invalid "refresh_token" in request.');
  }

  /** @throws OAuthError invalid_client unless it is the configured client, if one is configured. */
  private known(client: OAuthClient): OAuthClient {
    const { oauthClientId = client.id, oauthClientSecret = client.secret } = this.options;
    if (client.id === oauthClientId && client.secret === oauthClientSecret) return client;
    throw new OAuthError(401, 'invalid_client');
  }
}

function tokenAnswer({ accessToken, refreshToken, grant }: Tokens) {
  return {
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: ACCESS_TOKEN_LIFETIME_S,
    refresh_token: refreshToken,
    scope: [...grant.scopes].join(' '),
  };
}
