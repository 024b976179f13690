module.exports = {
  '.': ['encode', 'request.ts'],
  encode: ['request.ts'],
  'request.ts': [],
};
