// Leaks: an array of the module has a record of each request, for a report that nobody asks for.
'use strict';
const { leaking, request, steps, take } = require('./harness');

const seen = [];

function handle(incoming) {
  const [route] = incoming.url.split('?');
  seen.push({
    id: incoming.id,
    route,
    method: incoming.method,
    user: incoming.headers['x-user'],
    items: JSON.parse(incoming.body).items,
  });
  return { status: 200 };
}

async function main() {
  let number = 0;
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    while (number < total) handle(request(number++));
    await take(k, seen.length);
  }
  leaking(['\\bseen\\b'], ['seen'], 'Object');
}

module.exports = { handle };
main();
