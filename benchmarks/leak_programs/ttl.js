// Healthy: tokens expire after ten minutes, and each minute about as many come as go.
'use strict';
const { clock, healthy, request, scale, seeded, take } = require('./harness');

const TTL = 600_000;

class TokenStore {
  constructor(now) {
    this.now = now;
    this.tokens = new Map();
  }

  issue(incoming) {
    const claims = {
      user: incoming.headers['x-user'],
      scopes: ['orders:read', 'orders:write'],
      agent: incoming.headers['user-agent'],
    };
    this.tokens.set(incoming.id, { claims, expires: this.now() + TTL });
  }

  sweep() {
    for (const [id, token] of this.tokens) if (token.expires <= this.now()) this.tokens.delete(id);
  }
}

const store = new TokenStore(() => clock.now);

async function main() {
  const chance = seeded(7);
  let number = 0;
  for (const [k, minutes] of [
    [1, 5],
    [2, 20],
    [3, 26],
    [4, 45],
  ]) {
    for (; clock.now < 1_700_000_000_000 + minutes * 60_000; clock.now += 60_000) {
      const arrivals = Math.round(150 * scale * (0.8 + 0.4 * chance()));
      for (let index = 0; index < arrivals; index++) store.issue(request(number++));
      store.sweep();
    }
    await take(k, store.tokens.size);
  }
  healthy();
}

module.exports = { store };
main();
