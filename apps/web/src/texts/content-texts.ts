import type { NavigationTarget } from '../content/markdown/syntax.js';

/** The English texts of messages' content: what a translation replaces. */
export const CONTENT_TEXTS = {
  edited: '(edited)',
  noText: 'No text in this message',
  spoiler: { show: 'Show spoiler', hide: 'Hide spoiler' },
  code: (language: string | null) => (language === null ? 'Code block' : `Code block, ${language}`),
  unknown: { user: 'unknown user', role: 'unknown role', channel: 'unknown channel' },
  navigation: {
    customize: 'Channels & Roles',
    browse: 'Browse Channels',
    guide: 'Server Guide',
    home: 'Server Guide',
    'linked-roles': 'Linked Roles',
  } satisfies Record<NavigationTarget, string>,
};
