import type { Snowflake } from '@discord-relay/contracts';
import { ROW_VERSIONS, type RowOf, type VersionedTable } from '@discord-relay/read-model/tables';
import { copy, type RowWrite } from './row-write.js';
import { changed } from './same-json.js';

/** Receives every replacement of a row of a {@link RowSet}. */
export interface VersionRecorder<Row> {
  replaced(before: Row | undefined, after: Row, seq: number): void;
}

interface Options<Row> {
  ids: (row: Row) => { guildId: Snowflake; id: Snowflake };
  /** The `seq` of the first row says when it began, because no event raises it without a difference. */
  seqIsExact?: boolean;
}

/** The former rows of a table; a row that differs only in `seq` is the same version. */
export class RowVersions<Row extends { seq: number }> implements VersionRecorder<Row> {
  private readonly rows: RowOf<typeof ROW_VERSIONS>[] = [];

  constructor(
    private readonly table: VersionedTable,
    private readonly options: Options<Row>,
  ) {}

  replaced(before: Row | undefined, after: Row, seq: number): void {
    const { ids, seqIsExact = false } = this.options;
    if (seqIsExact ? !before : before && !changed(before, after)) return;
    const { guildId, id } = ids(after);
    this.rows.push({
      of_table: this.table,
      guild_id: guildId,
      id,
      until_seq: seq,
      before: before ? versionOf(before) : null,
    });
  }

  writes(): RowWrite[] {
    return [copy(ROW_VERSIONS, this.rows)];
  }
}

/** The columns that are not null. Text has the form in which its column returns it: no half of a surrogate pair. */
export function versionOf(row: object): object {
  const version: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row) as [string, unknown][])
    if (value !== null) version[name] = typeof value === 'string' ? wellFormed(value) : value;
  return version;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const wellFormed = (text: string): string =>
  LONE_SURROGATE.test(text) ? Buffer.from(text).toString() : text;
