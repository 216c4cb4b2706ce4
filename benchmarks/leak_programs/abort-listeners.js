// Leaks: each request listens to the one signal for the end of the process, and never stops to.
'use strict';
const { leaking, request, steps, take } = require('./harness');

class Service {
  constructor() {
    this.shutdown = new AbortController();
    this.added = 0;
  }

  async handle(incoming) {
    const state = { id: incoming.id, items: JSON.parse(incoming.body).items, cancelled: false };
    this.shutdown.signal.addEventListener('abort', () => {
      state.cancelled = true;
    });
    this.added += 1;
    await Promise.resolve();
    return { id: state.id, status: 200 };
  }
}

const service = new Service();

async function main() {
  let number = 0;
  for (const [k, total] of steps(150, 600, 1400, 2600)) {
    while (number < total) await service.handle(request(number++));
    await take(k, service.added);
  }
  const holders = [
    'Service\\.shutdown',
    'AbortController\\b',
    'AbortSignal\\b',
    'EventTarget\\b',
    '\\babort\\b',
    'Listener\\.',
  ];
  leaking(holders, ['AbortSignal', 'EventTarget', 'AbortController', 'shutdown', 'kEvents'], '.');
}

module.exports = { service };
main();
