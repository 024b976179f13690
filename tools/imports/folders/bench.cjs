module.exports = {
  '.': ['ingest', 'live', 'page', 'pipeline', 'project'],
  ingest: [],
  live: [],
  page: [],
  pipeline: [],
  project: [],
};
