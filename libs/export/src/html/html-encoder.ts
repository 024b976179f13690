import type { ArchivedPart, ArchivePage, ArchiveRenderer, RestGap } from '@discord-relay/contracts';
import type { ExportedRow, RowEncoder } from '../encode/row-encoder.js';
import { archivedRow } from './archived-row.js';
import type { HtmlPeople } from './html-people.js';
import { hasIndex, type HtmlState, INDEX } from './html-state.js';

export interface HtmlCommon {
  renderer: ArchiveRenderer;
  people: HtmlPeople;
  guildName: string;
  channels: ReadonlyMap<string, string>;
  gaps: readonly RestGap[];
}

/** One HTML file, by the page's renderer. */
export class HtmlEncoder implements RowEncoder {
  private readonly page: ArchivePage;
  private readonly next: string;
  private rows = 0;

  constructor(
    private readonly common: HtmlCommon,
    private readonly state: HtmlState,
  ) {
    const { run, position, request, files } = state;
    const isListed = hasIndex(state);
    const { renderer, people, channels, guildName } = common;
    this.next = nameOf(run.seq, position.file + 1);
    this.page = renderer.page({
      guildName,
      channels,
      people: people.known,
      seq: run.seq,
      number: isListed ? files.length + 1 : null,
      previous: position.file === 1 ? null : nameOf(run.seq, position.file - 1),
      index: isListed ? (request.partition === 'size' ? INDEX : `../${INDEX}`) : null,
      gaps: gapsOf(common.gaps, state),
      after: rowBefore(position.after),
    });
  }

  get parts(): readonly ArchivedPart[] {
    return this.page.parts;
  }

  async add(rows: readonly ExportedRow[]): Promise<Uint8Array> {
    this.rows += rows.length;
    const messages = rows.map(archivedRow);
    await this.common.people.load(messages);
    return Buffer.from(this.page.add(messages));
  }

  end(): Uint8Array {
    return Buffer.from(this.page.end(this.hasNext() ? this.next : null));
  }

  /** Days and channels have their numbers of rows in the list of files alone. */
  private hasNext(): boolean {
    const { request, files, total } = this.state;
    if (request.partition !== 'size') return false;
    const before = files.reduce((sum, { rows }) => sum + rows, 0);
    return this.rows === request.rowsPerFile && before + this.rows < total;
  }
}

const DIGITS = 5;

/** As the files of a run are named. */
const nameOf = (seq: number, file: number): string =>
  `messages-${seq}-${String(file).padStart(DIGITS, '0')}.html`;

/** A file of a day shows the gaps that began on it. */
function gapsOf(gaps: readonly RestGap[], { request, units, position }: HtmlState): readonly RestGap[] {
  if (request.partition !== 'day') return gaps;
  return gaps.filter(({ from }) => from?.startsWith(units[position.unit]!));
}

function rowBefore(after: string | null): { channelId: string; messageId: string } | null {
  if (after === null) return null;
  const [channelId = '', messageId = ''] = after.split(':');
  return { channelId, messageId };
}
