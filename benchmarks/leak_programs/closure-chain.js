// Leaks: `explain` uses the table before, `match` lives in the same scope: so each table keeps the one before it.
'use strict';
const { leaking, request, steps, take } = require('./harness');

let routes = null;

function reload(version) {
  const previous = routes;
  const explain = () => (previous ? `routes ${previous.version} → ${version}` : `routes ${version}`);
  if (process.env.DEBUG_ROUTES) process.stderr.write(`${explain()}\n`);
  const table = Array.from({ length: 8 }, (_, line) => ({
    path: request(version * 8 + line).url,
    backend: `backend-${line}`,
  }));
  routes = {
    version,
    match(path) {
      return table.find((route) => path.startsWith(route.path));
    },
  };
}

async function main() {
  let version = 0;
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    while (version < total) reload(version++);
    await take(k, version);
  }
  leaking(['\\broutes\\b', '\\bprevious\\b', '\\bmatch\\b'], ['routes', 'previous', 'match'], '.');
}

module.exports = { match: (path) => routes.match(path), reload };
main();
