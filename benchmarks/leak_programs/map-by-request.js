// Leaks: a request that fails stays in the map of those under way, for only success takes it out.
'use strict';
const { leaking, request, steps, take } = require('./harness');

class Ticket {
  constructor(incoming) {
    this.incoming = incoming;
    this.marks = [{ name: 'start', at: incoming.body.length }];
  }
}

class RequestTracker {
  constructor() {
    this.inFlight = new Map();
  }

  begin(incoming) {
    this.inFlight.set(incoming.id, new Ticket(incoming));
  }

  end(incoming) {
    this.inFlight.delete(incoming.id);
  }
}

const tracker = new RequestTracker();
const latest = new Array(100).fill('');
// Larger than the leak, and as it should be.
const catalogue = new Map(Array.from({ length: 6000 }, (_, number) => [`sku-${number}`, request(number)]));

async function handle(incoming, number) {
  tracker.begin(incoming);
  if (number % 3 === 0) throw new Error(`cannot reach the backend for ${incoming.url}`);
  await catalogue.get(`sku-${number % 6000}`);
  tracker.end(incoming);
}

async function main() {
  let number = 0;
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    for (; tracker.inFlight.size < total; number++) {
      const incoming = request(number);
      latest[number % latest.length] = incoming.url;
      await handle(incoming, number).catch((error) => error.message);
    }
    await take(k, tracker.inFlight.size);
  }
  leaking(['RequestTracker\\.inFlight', 'tracker\\.inFlight'], ['RequestTracker', 'inFlight'], 'Ticket');
}

module.exports = { handle };
main();
