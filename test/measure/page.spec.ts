import { existsSync } from 'node:fs';
import { pageLoad } from '../../bench/page/page-load.js';
import { paint } from '../../bench/page/paint.js';
import { expectShortForm, SHORT_FORM_LIMIT_MS } from './short-form.js';

const executablePath = process.env.CHROMIUM_PATH;
const haveBrowser = executablePath !== undefined && existsSync(executablePath);

// Without a browser this is skipped with a clear message (see tools/programs/chromium.mjs), and fails in CI.
const whenBrowser = haveBrowser || process.env.CI === 'true' ? it : it.skip;

whenBrowser(
  'the short form of bench paint: every message is painted, the page holds a bounded part of the channel, and its end is reached',
  () => expectShortForm(paint, 1, ['unpainted', 'heapMb', 'elements', 'newestShown']),
  SHORT_FORM_LIMIT_MS,
);

whenBrowser(
  'the short form of bench page-load: every load shows the newest message, and answers a key',
  () => expectShortForm(pageLoad, 2, ['withoutNewest']),
  SHORT_FORM_LIMIT_MS,
);
