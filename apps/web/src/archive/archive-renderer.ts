import type { ArchivePageOptions, ArchiveRenderer } from '@discord-relay/contracts';
import { ArchiveFile } from './archive-file.js';
import { archiveIndex } from './archive-index.js';
import { KnownPeople } from './archive-people.js';
import { HtmlDocument } from './html-document.js';
import { STATIC_STYLES } from './static-styles.js';

/** @param styles the style sheet of files, besides the rules that replace `style` attributes */
export function createArchiveRenderer(styles: string): ArchiveRenderer {
  const document = new HtmlDocument(`${styles}\n${STATIC_STYLES}`);
  return {
    people: (roles) => new KnownPeople(roles),
    page: (options) => new ArchiveFile(document, withKnownPeople(options)),
    index: (options) => archiveIndex(document, options),
  };
}

function withKnownPeople(options: ArchivePageOptions): ArchivePageOptions & { people: KnownPeople } {
  const { people } = options;
  if (!(people instanceof KnownPeople)) throw new TypeError('people were not created by this renderer');
  return { ...options, people };
}
