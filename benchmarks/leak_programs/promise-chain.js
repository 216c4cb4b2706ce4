// Leaks: one task waits for an answer that never comes, and all after it wait for that task.
'use strict';
const { EventEmitter, once } = require('node:events');
const { leaking, request, steps, take } = require('./harness');

class TaskQueue {
  constructor() {
    this.tail = Promise.resolve();
    this.waiting = 0;
  }

  run(task) {
    this.waiting += 1;
    const result = this.tail.then(task);
    this.tail = result.then(() => {
      this.waiting -= 1;
    });
    return result;
  }
}

class Printer extends EventEmitter {
  print(incoming, number) {
    if (number !== 20) setImmediate(() => this.emit('printed', incoming.id));
    return once(this, 'printed');
  }
}

const queue = new TaskQueue();
const printer = new Printer();

async function main() {
  let number = 0;
  for (; number < 20; number++) await queue.run(() => printer.print(request(number), number));
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    for (; queue.waiting < total; number++) {
      const [incoming, mine] = [request(number), number];
      queue.run(() => printer.print(incoming, mine));
    }
    await take(k, queue.waiting);
  }
  leaking(
    ['TaskQueue\\.tail', 'Printer\\b', '\\bprinted\\b'],
    ['TaskQueue', 'tail', 'Printer', 'printed'],
    '.',
  );
}

module.exports = { printer, queue };
main();
