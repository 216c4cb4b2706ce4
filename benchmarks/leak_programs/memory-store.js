// Leaks: each client without a cookie, as crawlers and health checks are, gets a session;
// the MemoryStore keeps them all.
'use strict';
const express = require('express');
const session = require('express-session');
const { leaking, steps, take } = require('./harness');
const { client } = require('./loopback');

const store = new session.MemoryStore();
const app = express();
app.use(session({ store, secret: 'for the benchmark', resave: false, saveUninitialized: true }));
app.get('/health', (incoming, outgoing) => {
  incoming.session.startedAt = incoming.headers['x-request'];
  outgoing.json({ ok: true });
});

async function main() {
  const { get } = await client(app);
  let number = 0;
  for (const [k, total] of steps(200, 700, 1500, 2500)) {
    for (; number < total; number++) await get('/health', { 'x-request': `probe-${number}` });
    await take(k, Object.keys(store.sessions).length);
  }
  leaking(['MemoryStore\\.sessions', 'store\\.sessions'], ['MemoryStore', 'sessions'], 'string');
}

module.exports = { app };
main();
