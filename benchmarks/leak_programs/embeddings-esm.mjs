// Leaks: an index as an object the module exports; documents that are gone stay in it.
import harness from './harness.js';

const { leaking, request, seeded, steps, take } = harness;

class Passage {
  constructor({ body, id }) {
    const chance = seeded(body.length);
    this.id = id;
    this.text = body;
    this.vector = Float32Array.from({ length: 384 }, () => chance() - 0.5);
  }
}

export class PassageIndex {
  constructor() {
    this.byId = new Map();
    this.queries = 0;
  }

  ingest(document) {
    this.byId.set(document.id, new Passage(document));
  }
}

export const index = new PassageIndex();

let number = 0;
for (const [k, total] of steps(180, 400, 1300, 1900)) {
  while (number < total) index.ingest(request(number++));
  await take(k, index.byId.size);
}
leaking(['PassageIndex\\.byId', '\\bindex\\.byId'], ['PassageIndex', 'byId'], 'Passage');
