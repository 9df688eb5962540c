import { NAME, run } from 'faasify:handler';
import functions from '@google-cloud/functions-framework';
import { answerNode } from '../node-handler.ts';

functions.http(NAME, (req, res) => answerNode(run, req, res));
