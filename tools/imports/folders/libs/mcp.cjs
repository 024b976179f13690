module.exports = {
  '.': ['answers', 'relay-reader.ts', 'tools'],
  answers: ['relay-reader.ts'],
  'relay-reader.ts': [],
  tools: ['answers', 'relay-reader.ts'],
};
