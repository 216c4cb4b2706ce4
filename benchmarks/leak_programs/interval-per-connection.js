// Leaks: each connection starts an interval, which goes on when the client has gone.
'use strict';
const net = require('node:net');
const { leaking, steps, take } = require('./harness');

class Connection {
  constructor(socket, number) {
    this.socket = socket;
    this.number = number;
    this.received = [];
    this.heartbeat = setInterval(() => this.ping(), 30_000);
    socket.on('data', (chunk) => this.received.push(chunk.toString()));
    socket.on('error', () => {});
  }

  ping() {
    if (this.socket.writable) this.socket.write('ping\n');
  }
}

let accepted = 0;

function connect(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.end('hello\n'));
    socket.on('close', resolve);
    socket.on('error', reject);
    socket.resume();
  });
}

const server = net.createServer((socket) => new Connection(socket, accepted++));

async function main() {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  for (const [k, total] of steps(100, 350, 800, 1250)) {
    while (accepted < total) await Promise.all(Array.from({ length: 25 }, () => connect(port)));
    await take(k, accepted);
  }
  const holders = ['\\bTimeout\\b', '\\bTimersList\\b', 'timerList', 'Connection\\.heartbeat'];
  leaking(holders, ['Timeout', 'TimersList', 'Connection', 'heartbeat'], 'Timeout|Connection|Socket');
}

module.exports = { server };
main();
