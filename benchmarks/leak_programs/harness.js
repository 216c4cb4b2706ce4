// What all programs share. `node --expose-gc PROGRAM.js FOLDER SCALE` puts into FOLDER its snapshots, what
// process.memoryUsage() said before each, and the truth about them.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');

const [folder, scale] = [process.argv[2], Number(process.argv[3] ?? 1)];
const counts = [];

// Time goes on here only where a program says so: what expires does so at the same step in each run.
const clock = { now: 1_700_000_000_000 };

function* steps(...totals) {
  for (const [index, total] of totals.entries()) yield [index + 1, total * scale];
}

async function settle() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
}

// Numbers in [0, 1) that are the same in each run (mulberry32).
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT'];
const AGENTS = [
  'curl/8.5.0',
  'okhttp/4.12.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
];

function request(number) {
  const chance = seeded(number);
  const items = Array.from({ length: 1 + Math.floor(chance() * 4) }, (_, line) => ({
    sku: `sku-${Math.floor(chance() * 10_000)}-${line}`,
    quantity: 1 + Math.floor(chance() * 5),
  }));
  return {
    id: `req-${number.toString(36)}-${Math.floor(chance() * 2 ** 32).toString(16)}`,
    method: METHODS[Math.floor(chance() * METHODS.length)],
    url: `/api/orders/${Math.floor(chance() * 1e6)}?page=${number % 10}`,
    headers: {
      host: 'orders.example',
      'user-agent': AGENTS[Math.floor(chance() * AGENTS.length)],
      'x-user': `user-${Math.floor(chance() * 5000)}`,
    },
    body: JSON.stringify({ number, items }),
  };
}

function write(name, content) {
  fs.writeFileSync(path.join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}

// pid, uptime and timestamp are what joins samples in several files to one process.
function usage() {
  const at = new Date().toISOString();
  const { pid } = process;
  const heapStatistics = v8.getHeapStatistics();
  return { ...process.memoryUsage(), at, timestamp: at, pid, uptime: process.uptime(), heapStatistics };
}

// `count` is how many entries the holder has now, as the program itself counts them.
async function take(k, count) {
  counts.push(count);
  await settle();
  write(`${k}.usage.json`, usage());
  v8.writeHeapSnapshot(path.join(folder, `${k}.heapsnapshot`));
}

function finish(truth) {
  write('truth.json', { ...truth, runtime: `Node ${process.version}`, scale, entries: counts });
  process.exit(0);
}

const healthy = () => finish({ verdict: 'healthy' });

// holders: expressions for what a tool may name as holder; names: words of the program that point there;
// entry: an expression for the class of what piles up.
const leaking = (holders, names, entry) => finish({ verdict: 'leaking', holders, names, entry });

module.exports = { clock, folder, healthy, leaking, request, scale, seeded, settle, steps, take, write };
