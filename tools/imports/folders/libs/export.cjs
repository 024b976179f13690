module.exports = {
  '.': ['encode', 'html', 'request.ts', 'thread'],
  encode: ['request.ts'],
  html: ['encode', 'request.ts'],
  'request.ts': [],
  thread: ['encode', 'request.ts'],
};
