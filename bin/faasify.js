#!/usr/bin/env node
import module from 'node:module';

// Since Node 22.1: what one process has compiled the next one need not.
module.enableCompileCache?.();
const { main } = await import('../dist/cli.js');

await main(process.argv.slice(2));
