import type { RelayEvent } from '@discord-relay/contracts';
import { line } from './model-line.js';

interface Action {
  id: number;
  kind: string;
  target: string;
  channel: string | null;
  reportedAt: number;
  entry: string | null;
  event: string | null;
}

type Report = Omit<Action, 'id'>;

const ENTRIES: Record<number, string> = {
  20: 'kick',
  22: 'ban',
  23: 'unban',
  143: 'automod_block',
  144: 'automod_alert',
};
const MINUTE_MS = 60_000;

/** A reference model of the moderation log that searches the whole log for every report. */
export class ModerationModel {
  private readonly actions: Action[] = [];

  constructor(private readonly changes: string[]) {}

  apply(relayEvent: RelayEvent, seq: number): void {
    const report = reportOf(relayEvent);
    if (!report) return;
    const { entry, event } = report;
    if (this.actions.some((each) => (entry ? each.entry === entry : each.event === event))) return;
    const other = this.actions.find((each) => isSameAction(each, report));
    if (!other) this.actions.push({ id: seq, ...report });
    else this.complete(other, report);
    if (!other || entry) this.changes.push(line('moderation.recorded', seq));
    else if (report.kind.startsWith('automod')) this.changes.push(line('moderation.recorded', seq));
  }

  rows() {
    return {
      moderation: this.actions.map(({ id, kind, target, entry, event }) =>
        line(id, kind, target, entry, event),
      ),
    };
  }

  private complete(action: Action, { entry, event, channel }: Report): void {
    action.entry ??= entry;
    action.event ??= event;
    action.channel ??= channel;
  }
}

function isSameAction(action: Action, report: Report): boolean {
  const isOther = report.entry ? action.entry === null : action.event === null && report.event !== null;
  const near = Math.abs(action.reportedAt - report.reportedAt) <= MINUTE_MS;
  const together = action.channel === null || report.channel === null || action.channel === report.channel;
  return isOther && near && together && action.kind === report.kind && action.target === report.target;
}

function reportOf(event: RelayEvent): Report | undefined {
  const common = { reportedAt: Date.parse(event.receivedat), entry: null, event: event.id, channel: null };
  switch (event.type) {
    case 'ban.added':
    case 'ban.removed':
      return { ...common, kind: event.type === 'ban.added' ? 'ban' : 'unban', target: event.data.user.id };
    case 'automod.action_executed': {
      const { actionType, userId, channelId = null } = event.data;
      const kind = actionType === 1 ? 'automod_block' : 'automod_alert';
      return { ...common, kind, target: userId, channel: channelId };
    }
    case 'audit_log.entry_created': {
      const { id, actionType, targetId, channelId = null } = event.data;
      const place = { target: targetId!, channel: channelId };
      return { ...common, ...place, kind: ENTRIES[actionType]!, entry: id, event: null };
    }
    default:
      return undefined;
  }
}
