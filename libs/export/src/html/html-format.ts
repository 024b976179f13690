import type { ArchiveRenderer, RestGap } from '@discord-relay/contracts';
import type { ArchiveSource } from './archive-source.js';
import { type HtmlCommon, HtmlEncoder } from './html-encoder.js';
import { HtmlPeople } from './html-people.js';
import { hasIndex, type HtmlState, INDEX } from './html-state.js';

/** What the files of an HTML export have in common. */
export class HtmlFormat {
  private constructor(private readonly common: HtmlCommon) {}

  /** @param gaps of the exported time @throws what the source throws */
  static async open(
    renderer: ArchiveRenderer,
    source: ArchiveSource,
    guildId: string,
    gaps: readonly RestGap[],
  ): Promise<HtmlFormat> {
    const people = new HtmlPeople(renderer.people(await source.roles(guildId)), source, guildId);
    const { name, channels } = await source.guild(guildId);
    return new HtmlFormat({ renderer, people, guildName: name, channels, gaps });
  }

  encoder(state: HtmlState): HtmlEncoder {
    return new HtmlEncoder(this.common, state);
  }

  /** The list of files; null: there is one file at most. */
  index(state: HtmlState): string | null {
    if (!hasIndex(state)) return null;
    const files = state.files.filter(({ path }) => path !== INDEX);
    const { renderer, guildName, gaps } = this.common;
    return renderer.index({
      guildName,
      seq: state.run.seq,
      files: files.map(({ path, rows, parts = [] }) => ({ href: path, rows, parts })),
      gaps,
    });
  }
}
