import { world } from '../drills/world.js';
import { expectShortForm, SHORT_FORM_LIMIT_MS } from './short-form.js';

describe('the short form of', () => {
  it(
    'drill world: whatever Discord or a proxy sends, nobody sees too much and nothing is lost unnamed',
    () => expectShortForm(world, 25),
    SHORT_FORM_LIMIT_MS,
  );
});
