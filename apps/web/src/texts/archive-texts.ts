const number = new Intl.NumberFormat('en');
const counted = (count: number, one: string, many: string): string =>
  `${number.format(count)} ${count === 1 ? one : many}`;

/** The English texts of an HTML export. */
export const ARCHIVE_TEXTS = {
  title: (guild: string, file: number | null) => (file === null ? guild : `${guild}, file ${file}`),
  about: (seq: number) => `Messages as they were at sequence ${seq} of the log. All times are in UTC.`,
  files: 'Links to files lead to Discord and stop working after a while. This page loads nothing by itself.',
  messages: (count: number) => counted(count, 'message', 'messages'),
  parts: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
  contents: 'Contents',
  pages: 'Files of this export',
  previous: 'Previous file',
  next: 'Next file',
  all: 'All files',
  file: (file: number) => `File ${file}`,
  gaps: 'Times in which nothing was observed',
  toMessages: 'Skip to the messages',
  thread: (parent: string | null) => (parent === null ? 'Thread' : `Thread in #${parent}`),
  category: (parent: string) => `In ${parent}`,
  continued: 'continued',
  empty: 'This export has no messages.',
};
