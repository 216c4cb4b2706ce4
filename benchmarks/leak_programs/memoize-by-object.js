// Leaks: the key of the memo is an object, a new one in each call: so nothing is ever found in it, and all stays.
'use strict';
const memoize = require('lodash/memoize');
const { leaking, request, steps, take } = require('./harness');

const quote = memoize((order) => {
  const lines = order.items.map((item) => ({ sku: item.sku, cents: item.quantity * 1999 }));
  return { lines, total: lines.reduce((sum, line) => sum + line.cents, 0) };
});

function handle(incoming) {
  return quote(JSON.parse(incoming.body)).total;
}

async function main() {
  let number = 0;
  for (const [k, total] of steps(250, 600, 1600, 2300)) {
    while (number < total) handle(request(number++));
    await take(k, number);
  }
  leaking(
    ['\\bquote\\b', '\\.cache\\b', '\\bMapCache\\b', '__data__', 'memoized'],
    ['quote', 'MapCache', '__data__', 'memoized'],
    'Object',
  );
}

module.exports = { handle };
main();
