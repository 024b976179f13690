import type { ArchivedMessage, ArchivePeople } from '@discord-relay/contracts';
import { type ArchiveSource, MAX_MEMBER_IDS } from './archive-source.js';

/** Requests the members who occur in messages, each once. */
export class HtmlPeople {
  constructor(
    readonly known: ArchivePeople,
    private readonly source: ArchiveSource,
    private readonly guildId: string,
  ) {}

  async load(messages: readonly ArchivedMessage[]): Promise<void> {
    const ids = this.known.missing(messages);
    for (let from = 0; from < ids.length; from += MAX_MEMBER_IDS)
      this.known.add(await this.source.members(this.guildId, ids.slice(from, from + MAX_MEMBER_IDS)));
  }
}
