import { AppError, instantMs } from '@discord-relay/contracts';
import {
  defaultRowsPerFile,
  type ExportRequest,
  filterOf,
  hasDeletions,
  HTML_MAX_ROWS_PER_FILE,
  partitionOf,
} from '@discord-relay/export';
import { type Principal, seesAllChannels } from '../access/principal.js';
import { type AuthorizedReader, historyChannels } from '../http/endpoints/authorized-reader.js';
import type { CreateExportDto } from './exports.dto.js';
import type { ExportsFolder } from './files/exports-folder.js';
import type { ExportJobs } from './jobs/export-jobs.js';
import { type ExportRow, nameOf, requestOf, type StoredFile } from './jobs/export-row.js';
import type { ExportRunner } from './run/export-runner.js';

/** The parts that exist when a folder for exports is configured. */
export interface ExportParts {
  jobs: ExportJobs;
  runner: ExportRunner;
  folder: ExportsFolder;
}

const CHANNEL_OF_PATH = /^channel=(\d+)\//;

/** Exports that this replica creates, shows and writes; they may be off. */
export class Exports {
  constructor(
    private readonly parts: ExportParts | undefined,
    private readonly reading: AuthorizedReader,
    /** Resolves when no other process uses this instance name. */
    private readonly nameIsUnique: Promise<void>,
  ) {}

  /** @throws AppError EXPORT.NOT_CONFIGURED */
  get enabled(): ExportParts {
    if (this.parts) return this.parts;
    throw new AppError('EXPORT.NOT_CONFIGURED');
  }

  /** Leases belong to an instance name, so nothing is written while another process uses the same name. */
  onModuleInit(): void {
    void this.nameIsUnique.then(() => this.parts?.runner.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.parts?.runner.stop();
  }

  /**
   * Queues an export, or finds the one of an earlier request with this key.
   * @throws AppError as {@link AuthorizedReader.inGuild} and {@link historyChannels}; `EXPORT.TOO_MANY`; `REQUEST.INVALID`
   */
  async create(
    by: Principal,
    body: CreateExportDto,
    idempotencyKey: string | null,
  ): Promise<{ row: ExportRow; isNew: boolean }> {
    const { jobs, runner, folder } = this.enabled;
    const request = requestIn(body);
    await this.reading.inGuild(by, body.guildId, ({ loadRights }) =>
      historyChannels(loadRights, body.channelIds),
    );
    const since = body.since ?? null;
    const created = await jobs.create(by, { request, since, idempotencyKey, store: await folder.id() });
    runner.wakeUp();
    return created;
  }

  /** True if it had not ended without files before. @throws AppError `EXPORT.NOT_FOUND` */
  async cancel(by: Principal, id: string): Promise<boolean> {
    const { jobs, runner, folder } = this.enabled;
    const isCancelled = await jobs.cancel(by, id);
    await folder.remove(id);
    runner.wakeUp();
    return isCancelled;
  }

  /** @throws AppError `EXPORT.NOT_FOUND`, `EXPORT.NOT_RETRYABLE` */
  async retry(by: Principal, id: string): Promise<ExportRow> {
    const { jobs, runner } = this.enabled;
    const row = await jobs.retry(by, id);
    runner.wakeUp();
    return row;
  }

  /**
   * A complete file that the caller may read now, and its folder.
   * @throws AppError `EXPORT.NOT_FOUND`, `EXPORT.GONE`, `EXPORT.ACCESS_LOST`; `SERVICE.UNAVAILABLE` when another replica has it
   */
  async fileOf(by: Principal, id: string, name: string): Promise<{ file: StoredFile; root: string }> {
    const { jobs, folder } = this.enabled;
    const row = await jobs.find(by, id);
    const file = row.files.find((each) => nameOf(each) === name);
    if (!hasFiles(row)) throw new AppError('EXPORT.GONE');
    if (!file) throw new AppError('EXPORT.NOT_FOUND');
    const channelId = CHANNEL_OF_PATH.exec(file.path)?.[1];
    await this.requireAccess(by, row, channelId === undefined ? row.channelIds! : [channelId]);
    if (row.store !== (await folder.id()))
      throw new AppError(
        'SERVICE.UNAVAILABLE',
        'the file is in the folder of another replica: share EXPORTS_DIR',
      );
    return { file, root: folder.ofLease(id, file.epoch) };
  }

  /** An export that is done, whose manifest the caller may read now. @throws AppError as {@link fileOf}; `EXPORT.NOT_READY` */
  async done(by: Principal, id: string): Promise<ExportRow> {
    const row = await this.enabled.jobs.find(by, id);
    if (!hasFiles(row)) throw new AppError('EXPORT.GONE');
    if (row.state !== 'done') throw new AppError('EXPORT.NOT_READY');
    await this.requireAccess(by, row, row.channelIds ?? []);
    return row;
  }

  /** @throws AppError `EXPORT.ACCESS_LOST` */
  private async requireAccess(by: Principal, row: ExportRow, channelIds: readonly string[]): Promise<void> {
    const lost = (): AppError => new AppError('EXPORT.ACCESS_LOST');
    // It has what a viewer never sees, such as earlier texts of edits.
    if (row.role !== 'viewer' && !seesAllChannels(by)) throw lost();
    try {
      await this.reading.inGuild(by, requestOf(row).guild, async (guild) => {
        if (guild.seesAllChannels || channelIds.length === 0) return;
        const { rights } = await guild.loadRights(channelIds);
        if (!channelIds.every((channelId) => rights(channelId).history)) throw lost();
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'GUILD.NOT_FOUND') throw lost();
      throw error;
    }
  }
}

const hasFiles = ({ state }: ExportRow): boolean => state !== 'cancelled' && state !== 'expired';

/** @throws AppError `REQUEST.INVALID` for what excludes each other */
function requestIn(body: CreateExportDto): ExportRequest {
  const { guildId, format, partition, since, rowsPerFile = defaultRowsPerFile(format) } = body;
  const { channelIds: channels, query, authorId: author, mentions, from, to, has } = body;
  const isSearch = [query, author, mentions, has].some((each) => each !== undefined);
  if (since !== undefined && isSearch)
    throw new AppError('REQUEST.INVALID', 'since excludes query, authorId, mentions and has');
  if (since !== undefined && !hasDeletions(format))
    throw new AppError(
      'REQUEST.INVALID',
      `since excludes the format ${format}, which has no deleted messages`,
    );
  if (format === 'html' && rowsPerFile > HTML_MAX_ROWS_PER_FILE)
    throw new AppError(
      'REQUEST.INVALID',
      `rowsPerFile must not be greater than ${HTML_MAX_ROWS_PER_FILE} for html`,
    );
  if (from !== undefined && to !== undefined && instantMs(from)! >= instantMs(to)!)
    throw new AppError('REQUEST.INVALID', 'to must be after from');
  const filter = filterOf({ channels, query, author, mentions, from, to, has });
  return { guild: guildId, filter, format, partition: partitionOf(format, partition), rowsPerFile };
}
