export * from './stacks/temp-stack.js';
