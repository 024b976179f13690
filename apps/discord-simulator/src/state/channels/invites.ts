import { randomBytes } from 'node:crypto';
import type { InviteRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import type { WorldContext } from '../model/world-context.js';
import { WorldError } from '../model/world-error.js';

export type NewInvite = Pick<InviteRecord, 'channelId' | 'inviterId'> &
  Partial<Pick<InviteRecord, 'maxAgeS' | 'maxUses' | 'temporary'>>;

/** Invites to channels. They are never used up; they end when they are deleted, expire, or their channel is deleted. */
export class Invites {
  private readonly byCode = new Map<string, InviteRecord>();

  constructor(private readonly world: WorldContext) {}

  /** The valid invites, oldest first. */
  all(): InviteRecord[] {
    return [...this.byCode.values()].filter((invite) => this.isGood(invite));
  }

  /** @throws WorldError UNKNOWN_INVITE */
  get(code: string): InviteRecord {
    const invite = this.byCode.get(code);
    if (invite && this.isGood(invite)) return invite;
    throw new WorldError('UNKNOWN_INVITE', `no invite ${code}`);
  }

  create(input: NewInvite): InviteRecord {
    const { guildId } = this.world.channel(input.channelId);
    this.world.user(input.inviterId);
    const createdAtMs = Math.floor(this.world.nowMs());
    const code = randomBytes(6).toString('base64url');
    const invite = { maxAgeS: 86_400, maxUses: 0, temporary: false, ...input, code, guildId, createdAtMs };
    this.byCode.set(code, invite);
    this.world.emit({ kind: 'invite.created', invite });
    return invite;
  }

  delete(code: string): InviteRecord {
    const invite = this.get(code);
    this.byCode.delete(code);
    this.world.emit({ kind: 'invite.deleted', invite });
    return invite;
  }

  /** Restores an invite from a state file, without a fact. */
  restore(invite: InviteRecord): void {
    this.byCode.set(invite.code, invite);
  }

  /** Removes an invite, or all of a channel, without a fact. */
  remove({ code, channelId }: { code?: string; channelId?: Snowflake }): void {
    for (const invite of this.byCode.values())
      if (invite.code === code || invite.channelId === channelId) this.byCode.delete(invite.code);
  }

  private isGood(invite: InviteRecord): boolean {
    return (expiryMs(invite) ?? Infinity) > this.world.nowMs();
  }
}

/** Epoch milliseconds; null for an invite that never expires. */
export function expiryMs({ createdAtMs, maxAgeS }: InviteRecord): number | null {
  return maxAgeS === 0 ? null : createdAtMs + maxAgeS * 1000;
}
