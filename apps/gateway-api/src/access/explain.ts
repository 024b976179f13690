import { type AccessExplanation, type AccessRule, type AccessStep, isRoom } from '@discord-relay/contracts';
import type { GuildAccess } from './guild-access.js';
import { ADMINISTRATOR, CONNECT, MANAGE_THREADS, READ_MESSAGE_HISTORY, VIEW_CHANNEL } from './permissions.js';
import type { Principal } from './principal.js';

interface AppliedRule {
  rule: AccessRule;
  ids: readonly string[];
  permissions: bigint;
}

const NAMES: readonly [bit: bigint, name: string][] = [
  [ADMINISTRATOR, 'ADMINISTRATOR'],
  [VIEW_CHANNEL, 'VIEW_CHANNEL'],
  [READ_MESSAGE_HISTORY, 'READ_MESSAGE_HISTORY'],
  [CONNECT, 'CONNECT'],
  [MANAGE_THREADS, 'MANAGE_THREADS'],
];

/** Explains what the principal may do in the channel, and which rules decide it. */
export function explain(
  access: GuildAccess,
  principal: Principal,
  channelId: string,
  nowMs: number,
): AccessExplanation {
  const steps: AppliedRule[] = [];
  const rights = access.trace(principal, channelId, nowMs, (rule, ids, permissions) =>
    steps.push({ rule, ids, permissions }),
  );
  const entering = isRoom(access.typeOf(channelId)) ? [CONNECT] : [];
  const because = (allowed: boolean, ...bits: bigint[]) => ({ allowed, rule: decidingRule(steps, bits) });
  return {
    guildId: access.guildId,
    channelId,
    userId: principal.id,
    see: because(rights.see, VIEW_CHANNEL),
    read: because(rights.read, VIEW_CHANNEL, ...entering),
    history: because(rights.history, VIEW_CHANNEL, ...entering, READ_MESSAGE_HISTORY),
    steps: steps.map(toStep),
  };
}

/**
 * The deciding rule: the one that removed the first missing bit or, if no bit is missing, the one that granted the last bit.
 */
function decidingRule(steps: readonly AppliedRule[], bits: readonly bigint[]): AccessRule {
  const result = steps.at(-1)!.permissions;
  const decisive = bits.find((bit) => (result & bit) === 0n) ?? bits.at(-1)!;
  let permissions = 0n;
  let rule = steps[0]!.rule;
  for (const step of steps) {
    if ((step.permissions & decisive) !== (permissions & decisive)) rule = step.rule;
    permissions = step.permissions;
  }
  return rule;
}

const toStep = ({ rule, ids, permissions }: AppliedRule): AccessStep => ({
  rule,
  ids: [...ids],
  permissions: permissions.toString(),
  names: NAMES.filter(([bit]) => (permissions & bit) !== 0n).map(([, name]) => name),
});
