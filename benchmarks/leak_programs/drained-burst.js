// Healthy: a burst of requests waits for a slow service, more of them at each of three snapshots;
// before the fourth all are answered.
'use strict';
const { healthy, request, steps, take } = require('./harness');

class Gateway {
  constructor() {
    this.pending = new Map();
    this.answered = 0;
  }

  forward(incoming) {
    return new Promise((resolve) => this.pending.set(incoming.id, { incoming, resolve, retries: [] }));
  }

  answer(id, status) {
    this.pending.get(id).resolve({ id, status });
    this.pending.delete(id);
  }
}

const gateway = new Gateway();

async function handle(incoming) {
  const { status } = await gateway.forward(incoming);
  gateway.answered += status === 200 ? 1 : 0;
}

async function main() {
  let number = 0;
  for (const [k, total] of steps(2, 500, 1250, 0)) {
    while (gateway.pending.size < total) handle(request(number++));
    for (const id of gateway.pending.keys()) {
      if (gateway.pending.size <= total) break;
      gateway.answer(id, 200);
    }
    await take(k, gateway.pending.size);
  }
  healthy();
}

module.exports = { handle };
main();
