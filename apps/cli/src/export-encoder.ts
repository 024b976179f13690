import { parentPort } from 'node:worker_threads';
import { encodeInThread } from '@discord-relay/export';

encodeInThread(parentPort!);
