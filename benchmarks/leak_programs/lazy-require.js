// Healthy: functions and locales are required when first asked for; each module once, and there is an end to them.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { healthy, scale, take } = require('./harness');

function modules() {
  const lodash = path.dirname(require.resolve('lodash'));
  const dates = path.dirname(require.resolve('date-fns/package.json'));
  const functions = fs
    .readdirSync(lodash)
    .filter((name) => /^[a-z]\w+\.js$/.test(name))
    .map((name) => `lodash/${name.slice(0, -3)}`);
  const locales = fs
    .readdirSync(path.join(dates, 'locale'))
    .filter((name) => /^[a-z]{2,3}(-\w+)?\.cjs$/.test(name));
  const long = [...functions, ...locales.map((name) => `date-fns/locale/${name.slice(0, -4)}`)].sort();
  // Neither all of one library first, nor by the alphabet: as requests would ask for them.
  return long.map((_, index) => long[(index * 197) % long.length]);
}

class Helpers {
  constructor(names) {
    this.names = names;
    this.loaded = new Map();
  }

  use(index) {
    const name = this.names[index % this.names.length];
    if (!this.loaded.has(name)) this.loaded.set(name, require(name));
    return this.loaded.get(name);
  }
}

const helpers = new Helpers(modules());

async function main() {
  let asked = 0;
  for (const [k, total] of [
    [1, 6],
    [2, 10],
    [3, 17],
    [4, 22],
  ]) {
    while (asked < total * scale) helpers.use(asked++);
    await take(k, helpers.loaded.size);
  }
  healthy();
}

module.exports = { helpers };
main();
