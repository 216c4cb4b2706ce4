// Healthy: parsers are taken from a pool and given back; from the second snapshot on it makes no more.
'use strict';
const { healthy, request, scale, take } = require('./harness');

class Parser {
  constructor(number) {
    this.number = number;
    this.buffer = new Uint8Array(2048);
    this.fields = [];
    this.state = { offset: 0, quoted: false };
  }

  parse(text) {
    this.fields = text.split(',').map((part) => ({ part, length: part.length }));
    this.state.offset += text.length;
    return this.fields;
  }
}

class ParserPool {
  constructor(most) {
    this.most = most;
    this.made = 0;
    this.free = [];
    this.busy = new Set();
  }

  acquire() {
    if (!this.free.length && this.made >= this.most) throw new Error('no parser is free');
    const parser = this.free.pop() ?? new Parser(this.made++);
    this.busy.add(parser);
    return parser;
  }

  release(parser) {
    this.busy.delete(parser);
    parser.fields = [];
    this.free.push(parser);
  }
}

function level(wanted) {
  while (pool.busy.size < wanted) pool.acquire().parse(request(pool.busy.size).body);
  for (const parser of pool.busy) {
    if (pool.busy.size <= wanted) break;
    pool.release(parser);
  }
}

const most = 300 * scale;
const pool = new ParserPool(most);

async function main() {
  for (const [k, peak, share] of [
    [1, 0.4, 0.2],
    [2, 1, 0.7],
    [3, 1, 0.4],
    [4, 1, 0.55],
  ]) {
    level(Math.round(most * peak));
    level(Math.round(most * share));
    await take(k, pool.busy.size);
  }
  healthy();
}

module.exports = { pool };
main();
