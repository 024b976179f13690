import { withRelativeRoot } from './relative-root.js';

const HTML = '<meta name="relay-root" content="./" /><script src="./assets/a.js"></script>';
const PREFIXES = ['', '/relay', '/a/b'];

describe('withRelativeRoot', () => {
  it.each([
    '/',
    '/channels',
    '/channels/1',
    '/channels/1/',
    '/channels/1/messages/2',
    '/channels//1',
    '/a%2Fb/c',
  ])('the relative root leads from %s to the root of the service, below any prefix', (path) => {
    const [root, script] = [...withRelativeRoot(HTML, path).matchAll(/(?:content|src)="([^"]*)"/g)];
    for (const prefix of PREFIXES) {
      const here = `https://relay.example${prefix}${path}`;
      expect(new URL(root![1]!, here).pathname).toBe(`${prefix}/`);
      expect(new URL(script![1]!, here).pathname).toBe(`${prefix}/assets/a.js`);
    }
  });
});
