import { setTimeout as sleep } from 'node:timers/promises';
import type { RestExport, RestExportList, RestExportSummary } from '@discord-relay/contracts';
import { type Command, Option } from 'commander';
import type { CliConfig } from '../config.js';
import { downloadExport } from '../export/download-export.js';
import { formatProgress } from '../export/progress.js';
import type { Output } from '../format/output.js';
import { formatTable } from '../format/table.js';
import { openGateway, requestGateway } from '../services/gateway-request.js';
import { addFilters, addFormat, id as guildIdOf, type WantedExport } from './export.js';

const PATH = '/api/v1/exports';
const ID = ['<id>', 'id of the export, as `list` shows it'] as const;
const POLL_MS = 1_000;
/** The export continues with the rights of the token that created it. */
const CREATE_TOKEN_S = 86_400;

interface CommandContext {
  config: () => CliConfig;
  output: Output;
}

/** `relay exports …`: exports that gateway-api writes and keeps for a while. */
export function addExportsCommands(program: Command, config: () => CliConfig, output: Output): void {
  const exports = program
    .command('exports')
    .description('Exports that gateway-api writes in the background and keeps for a while');
  addCreate(exports, { config, output });
  addReading(exports, { config, output });
  addChanging(exports, { config, output });
  addDownload(exports, { config, output });
}

function addCreate(exports: Command, { config, output }: CommandContext): void {
  const command = exports
    .command('create')
    .description('queue an export and print its id')
    .requiredOption('--guild <id>', 'guild whose messages are exported', guildIdOf);
  addFilters(command);
  addFormat(command);
  command
    .addOption(new Option('--since <sequence>', 'only what changed after this sequence').argParser(Number))
    .action(async ({ guild, channel, author, has, ...rest }: WantedExport & { since?: number }) => {
      const body = {
        guildId: guild,
        ...(channel.length > 0 && { channelIds: channel }),
        ...(author !== undefined && { authorId: author }),
        ...(has.length > 0 && { has }),
        ...rest,
      };
      const request = { method: 'POST', path: PATH, body, tokenS: CREATE_TOKEN_S } as const;
      output.out((await requestGateway<RestExport>(config(), request)).id);
    });
}

function addReading(exports: Command, { config, output }: CommandContext): void {
  exports
    .command('list')
    .description('print the exports, newest first')
    .option('--limit <number>', 'maximum number of exports, 1 to 100', '25')
    .option('--json', 'print JSON')
    .action(async ({ json, limit }: { json?: boolean; limit: string }) => {
      const path = `${PATH}?${new URLSearchParams({ limit })}`;
      const list = await requestGateway<RestExportList>(config(), { method: 'GET', path });
      output.out(json ? JSON.stringify(list, null, 2) : formatExports(list.exports));
    });
  exports
    .command('show')
    .description('print an export, its progress and its files')
    .argument(...ID)
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: { json?: boolean }) => {
      const found = await requestGateway<RestExport>(config(), { method: 'GET', path: pathOf(id) });
      output.out(json ? JSON.stringify(found, null, 2) : formatExport(found));
    });
}

function addChanging(exports: Command, { config, output }: CommandContext): void {
  exports
    .command('cancel')
    .description('cancel an export and delete its files')
    .argument(...ID)
    .action(async (id: string) => {
      await requestGateway(config(), { method: 'DELETE', path: pathOf(id) });
      output.out(`${id} is cancelled`);
    });
  exports
    .command('retry')
    .description('continue an export that failed after its last complete file')
    .argument(...ID)
    .action(async (id: string) => {
      await requestGateway(config(), { method: 'POST', path: `${pathOf(id)}/retry` });
      output.out(`${id} is queued`);
    });
}

function addDownload(exports: Command, { config, output }: CommandContext): void {
  exports
    .command('download')
    .description(
      'wait for an export and download its files; repeat the command after an interruption: it continues',
    )
    .argument(...ID)
    .requiredOption('--out <folder>', 'folder for the files; created if it does not exist')
    .action(async (id: string, { out }: { out: string }) => {
      const settings = config();
      const done = await waitForEnd(settings, id, output);
      const { downloaded } = await downloadExport(done, out, (path, headers) =>
        openGateway(settings, path, headers),
      );
      const { progress, files } = done;
      output.out(
        `${progress.rows} messages in ${files.length} files, ${downloaded} of them downloaded: see manifest.json`,
      );
    });
}

/** @throws Error when the export ended without files */
async function waitForEnd(config: CliConfig, id: string, output: Output): Promise<RestExport> {
  for (;;) {
    const found = await requestGateway<RestExport>(config, { method: 'GET', path: pathOf(id) });
    if (found.state === 'done') return found;
    if (found.state !== 'queued' && found.state !== 'running')
      throw new Error(`${id} is ${found.state}${reasonOf(found)}`);
    const { rows, estimatedRows, rowsPerS } = found.progress;
    output.progress?.(`${found.state}: ${formatProgress(rows, estimatedRows ?? rows, rowsPerS ?? 0)}`);
    await sleep(POLL_MS);
  }
}

const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

const reasonOf = ({ error }: Pick<RestExportSummary, 'error'>): string =>
  error === null ? '' : `: ${error.detail} (${error.code})`;

const formatExports = (exports: readonly RestExportSummary[]): string =>
  exports.length === 0
    ? 'no exports'
    : formatTable(
        ['id', 'state', 'guild', 'format', 'messages', 'bytes', 'created', 'kept until'],
        exports.map(({ id, state, request, progress, bytes, createdAt, expiresAt }) => [
          ...[id, state, request.guildId, request.format],
          ...[String(progress.rows), String(bytes), createdAt, expiresAt ?? '-'],
        ]),
      );

function formatExport(found: RestExport): string {
  const { state, progress, files } = found;
  const { rows, estimatedRows, rowsPerS } = progress;
  const lines = [`${state}${reasonOf(found)}`, formatProgress(rows, estimatedRows ?? rows, rowsPerS ?? 0)];
  const table = files.map((file) => [file.path, String(file.rows), String(file.bytes), file.sha256]);
  if (files.length > 0) lines.push('', formatTable(['file', 'messages', 'bytes', 'sha256'], table));
  return lines.join('\n');
}
