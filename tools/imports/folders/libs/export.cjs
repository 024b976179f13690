module.exports = {
  '.': ['encode', 'html', 'request.ts'],
  encode: ['request.ts'],
  html: ['encode', 'request.ts'],
  'request.ts': [],
};
