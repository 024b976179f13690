// A worker whose jest was killed would continue its test file and keep its servers. A listener for `disconnect` would
// keep the worker alive at the end.
const jestPid = process.ppid;
setInterval(() => process.ppid === jestPid || process.exit(1), 500).unref();
