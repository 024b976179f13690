import { restore } from '../drills/restore.js';
import { expectShortForm, SHORT_FORM_LIMIT_MS } from './short-form.js';

describe('stores that are restored from backups', () => {
  it(
    'the remedy that the doctor prints leaves no row missing that Discord still has',
    () => expectShortForm(restore, 1),
    SHORT_FORM_LIMIT_MS,
  );
});
