// Leaks: the first 40 characters of each body are kept; they are a slice, which keeps all 20 KB of it.
'use strict';
const { leaking, request, steps, take } = require('./harness');

class Tags {
  constructor() {
    this.first = new Map();
  }

  note(id, text) {
    this.first.set(id, text.slice(0, 40));
  }
}

function received(number) {
  const { body } = request(number);
  return Buffer.from(body.padEnd(20_000, ` ${number}`));
}

const tags = new Tags();

async function main() {
  let number = 0;
  for (const [k, total] of steps(100, 350, 800, 1250)) {
    for (; number < total; number++) tags.note(`upload-${number}`, received(number).toString('latin1'));
    await take(k, tags.first.size);
  }
  leaking(['Tags\\.first', 'tags\\.first'], ['Tags', 'first'], 'string|sliced');
}

module.exports = { tags };
main();
