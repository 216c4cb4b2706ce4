// Healthy: templates are compiled when first used, all of them before the second snapshot; then they only render.
'use strict';
const ejs = require('ejs');
const handlebars = require('handlebars');
const { healthy, request, scale, take } = require('./harness');

const COUNT = 20 * scale;

function compile(number) {
  const list = `<p class="p${number}">`.repeat(1 + (number % 5));
  if (number % 2)
    return handlebars.compile(`<h1>{{title}}</h1>${list}{{#each items}}<i>{{sku}}</i>{{/each}}`);
  return ejs.compile(
    `<h1><%= title %></h1>${list}<% for (const item of items) { %><i><%= item.sku %></i><% } %>`,
  );
}

class Templates {
  constructor() {
    this.compiled = new Map();
  }

  render(number, data) {
    let template = this.compiled.get(number);
    if (!template) {
      template = compile(number);
      this.compiled.set(number, template);
    }
    return template(data);
  }
}

const templates = new Templates();

async function main() {
  let [number, bytes] = [0, 0];
  for (const [k, total] of [
    [1, 0.4 * COUNT],
    [2, 3 * COUNT],
    [3, 3 * COUNT + 4000],
    [4, 3 * COUNT + 12_000],
  ]) {
    for (; number < total; number++) {
      const { body, url } = request(number % 5000);
      bytes += templates.render(number % COUNT, { title: url, items: JSON.parse(body).items }).length;
    }
    await take(k, templates.compiled.size);
  }
  if (!bytes) throw new Error('nothing was rendered');
  healthy();
}

module.exports = { templates };
main();
