import type { ArchiveIndexOptions } from '@discord-relay/contracts';
import { renderToStaticMarkup } from 'react-dom/server';
import { ContentContext, NO_CONTENT_CONTEXT } from '../content/context/content-context.js';
import { ARCHIVE_TEXTS } from '../texts/archive-texts.js';
import { Name } from '../ui/name.js';
import { FileList, GapList } from './archive-frame.js';
import { LOCALE, TIME_ZONE } from './archive-times.js';
import type { HtmlDocument } from './html-document.js';

const CONTEXT = { ...NO_CONTENT_CONTEXT, locale: LOCALE, timeZone: TIME_ZONE };

/** The page that lists the files of an export. */
export function archiveIndex(document: HtmlDocument, options: ArchiveIndexOptions): string {
  const { guildName, seq, files, gaps } = options;
  const content = (
    <ContentContext value={CONTEXT}>
      <header className="archive-header">
        <h1>
          <Name of={guildName} />
        </h1>
        <p>{ARCHIVE_TEXTS.about(seq)}</p>
      </header>
      <main>
        <FileList files={files} />
        <GapList gaps={gaps} />
      </main>
    </ContentContext>
  );
  const title = renderToStaticMarkup(<>{guildName}</>);
  return `${document.begin(title)}${renderToStaticMarkup(content)}\n${document.end()}`;
}
