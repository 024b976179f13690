module.exports = {
  '.': ['migrations/projection', 'migrations/relay', 'postgres', 'tables', 'tables/description'],
  'migrations/projection': [],
  'migrations/relay': [],
  postgres: [],
  tables: ['tables/description', 'tables/projection', 'tables/relay'],
  'tables/description': [],
  'tables/projection': ['tables/description'],
  'tables/relay': ['tables/description'],
};
