// Leaks: the vector of each text is added to the index, and none is taken out when the text is gone.
'use strict';
const { leaking, request, seeded, steps, take } = require('./harness');

class EmbeddingIndex {
  constructor(dimensions) {
    this.dimensions = dimensions;
    this.vectors = new Map();
  }

  add(id, text) {
    const chance = seeded(text.length);
    this.vectors.set(
      id,
      Float32Array.from({ length: this.dimensions }, () => chance() - 0.5),
    );
  }
}

const index = new EmbeddingIndex(384);

async function main() {
  let number = 0;
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    for (; number < total; number++) {
      const { body, id } = request(number);
      index.add(id, body);
    }
    await take(k, index.vectors.size);
  }
  leaking(['EmbeddingIndex\\.vectors', 'index\\.vectors'], ['EmbeddingIndex', 'vectors'], 'Float32Array');
}

module.exports = { index };
main();
