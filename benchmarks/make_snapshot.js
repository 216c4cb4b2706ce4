// Makes a heap of known shape and writes its snapshot: node make_snapshot.js KIND COUNT FILE
// sessions: a Map of sessions with strings and message arrays; points: plain objects in an array;
// list: one linked list, a path of COUNT nodes.
'use strict';
const v8 = require('node:v8');

const [kind, count, file] = [process.argv[2], Number(process.argv[3]), process.argv[4]];

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

class Link {
  constructor(next, value) {
    this.next = next;
    this.value = value;
  }
}

const made = { sessions: new Map(), points: [], list: null };
for (let number = 0; number < count; number++) {
  if (kind === 'sessions') made.sessions.set(`session-${number}`, new Session(number));
  else if (kind === 'points') made.points.push({ x: number + 0.5, y: -number - 0.5, tag: { number } });
  else if (kind === 'list') made.list = new Link(made.list, { number });
  else throw new Error(`no such kind: ${kind}`);
}
global.made = made;
v8.writeHeapSnapshot(file);
