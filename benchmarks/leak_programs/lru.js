// Healthy: a cache that is full from the second snapshot on, its contents go on changing.
'use strict';
const { LRUCache } = require('lru-cache');
const { healthy, request, scale, steps, take } = require('./harness');

class ProfileCache {
  constructor(max) {
    this.profiles = new LRUCache({ max });
  }

  load(number) {
    const key = `profile-${number}`;
    let profile = this.profiles.get(key);
    if (!profile) {
      const { headers, body } = request(number);
      profile = {
        key,
        user: headers['x-user'],
        orders: JSON.parse(body).items,
        settings: { theme: 'dark', locale: 'de' },
      };
      this.profiles.set(key, profile);
    }
    return profile;
  }
}

const cache = new ProfileCache(1500 * scale);

async function main() {
  let number = 0;
  for (const [k, total] of steps(600, 2500, 3900, 6200)) {
    while (number < total) cache.load(number++);
    await take(k, cache.profiles.size);
  }
  healthy();
}

module.exports = { cache };
main();
