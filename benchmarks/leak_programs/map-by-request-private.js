// Leaks: the same as map-by-request in the way a TypeScript compiler writes it, with private fields.
'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
exports.RequestRegistry = exports.Ticket = void 0;
const harness_1 = require('./harness');

class Ticket {
  #startedAt;
  incoming;
  constructor(incoming, startedAt) {
    this.incoming = incoming;
    this.#startedAt = startedAt;
  }
  get age() {
    return -this.#startedAt;
  }
}
exports.Ticket = Ticket;

class RequestRegistry {
  #inFlight = new Map();
  #failures = 0;
  get size() {
    return this.#inFlight.size;
  }
  async run(incoming, work) {
    this.#inFlight.set(incoming.id, new Ticket(incoming, incoming.body.length));
    const result = await work(incoming).catch((error) => {
      this.#failures += 1;
      throw error;
    });
    this.#inFlight.delete(incoming.id);
    return result;
  }
}
exports.RequestRegistry = RequestRegistry;

async function work(incoming) {
  if (incoming.method === 'POST') throw new Error(`${incoming.url} was refused`);
  return { status: 200 };
}

exports.registry = new RequestRegistry();

async function main() {
  let number = 0;
  for (const [k, total] of (0, harness_1.steps)(150, 550, 900, 2000)) {
    while (exports.registry.size < total)
      await exports.registry.run((0, harness_1.request)(number++), work).catch(() => undefined);
    await (0, harness_1.take)(k, exports.registry.size);
  }
  (0, harness_1.leaking)(
    ['RequestRegistry\\.#?inFlight', 'registry\\.#?inFlight'],
    ['RequestRegistry', '#?inFlight'],
    'Ticket',
  );
}

void main();
