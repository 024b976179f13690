import { SignJWT } from 'jose';
import { AppError } from '@discord-relay/contracts';
import type { GatewayApiConfig } from '../config.js';

type LoginConfig = Pick<GatewayApiConfig, 'LOCAL_LOGIN' | 'JWT_SECRET' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>;

const EXPIRES_IN_S = 12 * 60 * 60;

/**
 * An admin token for whoever asks, on a stack that allows it. `expiresIn` is in seconds.
 * @throws AppError `AUTH.FORBIDDEN` when LOCAL_LOGIN is off
 */
export async function localLogin(config: LoginConfig): Promise<{ token: string; expiresIn: number }> {
  if (!config.LOCAL_LOGIN) throw new AppError('AUTH.FORBIDDEN', 'local login is off: set LOCAL_LOGIN=true');
  const token = await new SignJWT({ role: 'admin' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('local')
    .setIssuer(config.JWT_ISSUER)
    .setAudience(config.JWT_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${EXPIRES_IN_S}s`)
    .sign(new TextEncoder().encode(config.JWT_SECRET));
  return { token, expiresIn: EXPIRES_IN_S };
}
