// Leaks: the header of each packet is kept for statistics; it is a view of the 16 KB it came in.
'use strict';
const { leaking, request, steps, take } = require('./harness');

class PacketLog {
  constructor() {
    this.headers = [];
  }

  record(packet) {
    this.headers.push(packet.subarray(0, 16));
  }
}

function packet(number) {
  const bytes = Buffer.alloc(16_384, number % 251);
  bytes.write(request(number).id, 0, 'latin1');
  return bytes;
}

const log = new PacketLog();

async function main() {
  let number = 0;
  for (const [k, total] of steps(150, 400, 1000, 1600)) {
    while (number < total) log.record(packet(number++));
    await take(k, log.headers.length);
  }
  leaking(['PacketLog\\.headers', 'log\\.headers'], ['PacketLog', 'headers'], 'Buffer|Uint8Array');
}

module.exports = { log };
main();
