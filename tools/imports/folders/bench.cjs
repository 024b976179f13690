module.exports = {
  '.': ['history', 'ingest', 'live', 'page', 'pipeline', 'project'],
  history: ['live', 'pipeline', 'project'],
  ingest: [],
  live: [],
  page: [],
  pipeline: [],
  project: [],
};
