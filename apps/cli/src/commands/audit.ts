import type { AuditEntry } from '@discord-relay/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliConfig } from '../config.js';
import { requestGateway } from '../services/gateway-request.js';
import type { Output } from '../format/output.js';
import { formatTable } from '../format/table.js';

interface AuditOptions {
  action?: string;
  actor?: string;
  before?: string;
  limit: number;
  json?: boolean;
}

/** `relay audit`: prints the audit log of log-ins, refused access and administration. */
export function addAuditCommand(program: Command, config: () => CliConfig, output: Output): void {
  program
    .command('audit')
    .description('print log-ins, refused requests and what admins did, newest last')
    .option('--action <action>', 'only this action, for example login.discord, access.refused, token.revoked')
    .option('--actor <id>', 'only actions of this user or program')
    .option('--before <id>', 'only records older than this one')
    .option('--limit <number>', 'maximum number of records, up to 1000', limit, 50)
    .option('--json', 'print JSON')
    .action(async ({ json, ...selection }: AuditOptions) => {
      const entries = Object.entries(selection).map(([key, value]) => [key, String(value)]);
      const query = new URLSearchParams(entries as [string, string][]);
      const path = `/api/v1/audit?${query.toString()}`;
      const list = (await requestGateway<AuditEntry[]>(config(), { method: 'GET', path })).toReversed();
      output.out(json ? JSON.stringify(list, null, 2) : formatAudit(list));
    });
}

function limit(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000) return Number(text);
  throw new InvalidArgumentError('Use a number from 1 to 1000.');
}

/** One line per record. */
export function formatAudit(list: AuditEntry[]): string {
  if (list.length === 0) return 'no records';
  const rows = list.map((each) => [
    each.id,
    each.at,
    each.action,
    each.actor ?? '-',
    each.address ?? '-',
    each.target ?? '-',
    each.code ?? 'done',
    each.count === 1 ? '' : `${each.count} times`,
  ]);
  return formatTable(['ID', 'AT', 'ACTION', 'WHO', 'FROM', 'WHAT', 'OUTCOME', ''], rows);
}
