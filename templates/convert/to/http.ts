import { run } from 'faasify:handler';
import { createServer } from 'node:http';
import { answerNode } from '../node-handler.ts';

const { PORT = '8080', HOST } = process.env;

createServer((req, res) => void answerNode(run, req, res)).listen(Number(PORT), HOST);
