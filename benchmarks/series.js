// Makes a series of heaps of known shape and writes their snapshots: node series.js FOLDER COUNT…
// Each has COUNT sessions in a Map, as `sessions` of make_snapshot.js has them.
'use strict';
const path = require('node:path');
const v8 = require('node:v8');

const [folder, ...counts] = process.argv.slice(2);

class Session {
  constructor(number) {
    this.id = `session-${number}`;
    this.startedAt = 1700000000000 + number;
    this.messages = [];
    for (let turn = 0; turn < 4; turn++) {
      this.messages.push({ role: turn % 2 ? 'assistant' : 'user', text: `message ${turn} of ${number}`, turn });
    }
  }
}

const made = { sessions: new Map() };
global.made = made;
counts.map(Number).forEach((count, step) => {
  for (let number = made.sessions.size; number < count; number++) {
    made.sessions.set(`session-${number}`, new Session(number));
  }
  v8.writeHeapSnapshot(path.join(folder, `sessions-${step + 1}.heapsnapshot`));
});
