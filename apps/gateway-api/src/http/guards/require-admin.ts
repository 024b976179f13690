import { AppError } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';

/** @throws AppError `AUTH.FORBIDDEN` */
export function requireAdmin({ role }: Principal): void {
  if (role !== 'admin') throw new AppError('AUTH.FORBIDDEN', 'for admins only');
}

/** What concerns every guild. @throws AppError `AUTH.FORBIDDEN` */
export function requireAdminOfAll(principal: Principal): void {
  requireAdmin(principal);
  if (principal.guilds) throw new AppError('AUTH.FORBIDDEN', 'for admins of all guilds only');
}
