// Healthy: users log in and out over HTTP; about as many sessions at each snapshot, of other users.
'use strict';
const express = require('express');
const session = require('express-session');
const { healthy, scale, take } = require('./harness');
const { client } = require('./loopback');

const store = new session.MemoryStore();
const app = express();
app.use(session({ store, secret: 'for the benchmark', resave: false, saveUninitialized: false }));
app.get('/login/:user', (incoming, outgoing) => {
  incoming.session.user = {
    name: incoming.params.user,
    roles: ['buyer'],
    cart: [{ sku: 'sku-1', quantity: 2 }],
    seen: '/start',
  };
  outgoing.send('welcome');
});
app.get('/logout', (incoming, outgoing) => incoming.session.destroy(() => outgoing.send('bye')));

async function main() {
  const { close, get } = await client(app);
  const cookies = [];
  let number = 0;
  for (const [k, level] of [
    [1, 198],
    [2, 206],
    [3, 195],
    [4, 203],
  ]) {
    for (let leaving = Math.floor(cookies.length * 0.6); leaving > 0; leaving--)
      await get('/logout', { cookie: cookies.shift() });
    while (cookies.length < level * scale) {
      const { headers } = await get(`/login/user-${number++}`);
      cookies.push(headers['set-cookie'][0].split(';')[0]);
    }
    await take(k, Object.keys(store.sessions).length);
  }
  await close();
  healthy();
}

module.exports = { app };
main();
