// A server on the loopback interface, and a client for it that keeps one connection.
'use strict';
const http = require('node:http');

async function client(app) {
  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = server.address();
  const get = (path, headers = {}) =>
    new Promise((resolve, reject) => {
      const sent = http.get({ agent, headers, host: '127.0.0.1', path, port }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ headers: answer.headers, status: answer.statusCode }));
      });
      sent.on('error', reject);
    });
  const close = () => {
    agent.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return { close, get };
}

module.exports = { client };
