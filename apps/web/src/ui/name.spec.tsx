import { renderToStaticMarkup } from 'react-dom/server';
import { Name } from './name.js';

describe('Name', () => {
  it.each(['\u202e', '\u202d', '\u2066', '\u2067', '\u2069'])(
    'a name is rendered without the control character %j, isolated from the text around it',
    (control) => {
      const markup = renderToStaticMarkup(<Name of={`ada${control}gpj.exe`} />);
      expect(markup).toBe('<bdi>adagpj.exe</bdi>');
    },
  );
});
