import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';

/** @throws AppError `AUTH.FORBIDDEN` */
export function requireAdmin({ role }: Principal): void {
  if (role !== 'admin') throw new AppError('AUTH.FORBIDDEN', 'for admins only');
}

/** For actions that concern all guilds. @throws AppError `AUTH.FORBIDDEN` */
export function requireAdminOfAll(principal: Principal): void {
  requireAdmin(principal);
  if (principal.guilds) throw new AppError('AUTH.FORBIDDEN', 'for admins without a guild limit only');
}
