// Servers that are started for tests are for this machine alone, whatever they think, and at LISTEN_PORT if there is one.
const { Server } = require('node:net');

const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  const { LISTEN_PORT } = process.env;
  if (LISTEN_PORT && /^\d+$/.test(String(args[0]))) args[0] = LISTEN_PORT;
  const [first] = args;
  if (typeof first === 'object' && first !== null) {
    if (first.path === undefined) args[0] = { ...first, host: '127.0.0.1' };
  } else if (/^\d+$/.test(String(first))) {
    if (typeof args[1] === 'string') args[1] = '127.0.0.1';
    else args.splice(1, 0, '127.0.0.1');
  }
  return listen.apply(this, args);
};
