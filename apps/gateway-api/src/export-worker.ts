import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadTask } from './exports/thread/thread-protocol.js';
import { writeExport } from './exports/thread/write-export.js';

await writeExport(parentPort!, workerData as ThreadTask);
