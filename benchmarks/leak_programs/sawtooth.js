// Healthy: a queue that fills while a batch waits, and drains; the snapshots find it at different levels.
'use strict';
const { healthy, request, scale, take } = require('./harness');

class Job {
  constructor(incoming) {
    this.id = incoming.id;
    this.payload = JSON.parse(incoming.body);
    this.attempts = [];
    this.done = () => this.attempts.push(incoming.method);
  }
}

class JobQueue {
  constructor() {
    this.jobs = [];
    this.finished = 0;
  }

  add(job) {
    this.jobs.push(job);
  }

  drain(left) {
    for (const job of this.jobs.splice(0, this.jobs.length - left)) {
      job.done();
      this.finished += 1;
    }
  }
}

const queue = new JobQueue();

async function main() {
  let number = 0;
  for (const [k, level] of [
    [1, 700],
    [2, 1500],
    [3, 350],
    [4, 1100],
  ]) {
    for (let tooth = 0; tooth < 3; tooth++) {
      while (queue.jobs.length < 1800 * scale) queue.add(new Job(request(number++)));
      queue.drain(tooth < 2 ? 40 : level * scale);
    }
    await take(k, queue.jobs.length);
  }
  healthy();
}

module.exports = { queue };
main();
