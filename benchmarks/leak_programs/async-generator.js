// Leaks: readers of a feed take its first page and go; without return() the generator waits in the set for ever.
'use strict';
const { leaking, request, steps, take } = require('./harness');

class ChangeFeed {
  constructor() {
    this.readers = new Set();
  }

  open(topic) {
    const reader = this.pages(topic, () => this.readers.delete(reader));
    this.readers.add(reader);
    return reader;
  }

  async *pages(topic, closed) {
    try {
      for (let page = 0; ; page++) {
        const incoming = request(page + topic.length);
        yield { topic, page, items: JSON.parse(incoming.body).items };
      }
    } finally {
      closed();
    }
  }
}

const feed = new ChangeFeed();

async function firstPage(topic) {
  const reader = feed.open(topic);
  const { value } = await reader.next();
  return value.items.length;
}

async function main() {
  let number = 0;
  for (const [k, total] of steps(120, 700, 1300, 2400)) {
    while (feed.readers.size < total) await firstPage(request(number++).url);
    await take(k, feed.readers.size);
  }
  leaking(['ChangeFeed\\.readers', 'feed\\.readers'], ['ChangeFeed', 'readers'], '.');
}

module.exports = { firstPage };
main();
