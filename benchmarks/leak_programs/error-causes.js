// Leaks: each error has the one before as its cause, so the last keeps all of them with their stacks.
'use strict';
const { leaking, request, steps, take } = require('./harness');

class Supervisor {
  constructor() {
    this.lastError = null;
    this.restarts = 0;
  }

  async supervise(worker) {
    try {
      await worker();
    } catch (error) {
      this.restarts += 1;
      this.lastError = new Error(`restart ${this.restarts}: ${error.message}`, {
        cause: this.lastError ?? error,
      });
      this.report = this.lastError.stack.length;
    }
  }
}

const supervisor = new Supervisor();

async function main() {
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    while (supervisor.restarts < total) {
      await supervisor.supervise(async () => {
        throw new TypeError(`no field in ${request(supervisor.restarts).url}`);
      });
    }
    await take(k, supervisor.restarts);
  }
  leaking(
    ['Supervisor\\.lastError', 'supervisor\\.lastError', 'Error\\.cause'],
    ['Supervisor', 'lastError', 'cause'],
    'Error',
  );
}

module.exports = { supervisor };
main();
