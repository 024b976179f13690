module.exports = {
  '.': ['support'],
  containers: ['support'],
  deploy: ['support'],
  drills: ['support'],
  e2e: ['e2e/page', 'support'],
  'e2e/page': ['support'],
  measure: ['drills', 'support'],
  support: [],
};
