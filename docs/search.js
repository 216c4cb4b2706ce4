// Search in the built site. Its index comes as a script: a page that is opened from a folder may fetch nothing
// and start no worker.
(function () {
  'use strict'
  const box = document.getElementById('mkdocs-search-query')
  const list = document.getElementById('mkdocs-search-results')
  if (!box || !list) return
  const summaryLength = 200

  function load (address) {
    return new Promise(function (resolve, reject) {
      const script = document.createElement('script')
      script.src = address
      script.onload = resolve
      script.onerror = function () { reject(new Error(address)) }
      document.head.append(script)
    })
  }

  function element (name, text) {
    const made = document.createElement(name)
    made.textContent = text
    return made
  }

  function article (page) {
    const made = document.createElement('article')
    const heading = document.createElement('h3')
    const link = element('a', page.title)
    link.href = page.location
    heading.append(link)
    made.append(heading, element('p', page.text.substring(0, summaryLength)))
    return made
  }

  function ready () {
    const given = window.searchIndex
    lunr.tokenizer.separator = new RegExp(given.config.separator)
    const pages = new Map(given.docs.map(function (page) { return [page.location, page] }))
    const index = lunr(function () {
      this.ref('location')
      this.field('title')
      this.field('text')
      given.docs.forEach(function (page) { this.add(page) }, this)
    })

    function show () {
      const asked = box.value.trim()
      if (asked.length < given.config.min_search_length) return list.replaceChildren()
      let found
      try {
        found = index.search(asked)
      } catch (problem) { // a word with a colon or the like is lunr's syntax: it is searched for as it stands
        found = index.query(function (query) { query.term(lunr.tokenizer(asked)) })
      }
      const shown = found.map(function (one) { return article(pages.get(one.ref)) })
      list.replaceChildren(...(shown.length ? shown : [element('p', list.dataset.noResultsText)]))
    }

    box.addEventListener('input', show)
    box.form.addEventListener('submit', function (event) { event.preventDefault(); show() })
    box.value = new URLSearchParams(window.location.search).get('q') || ''
    show()
  }

  load('search/lunr.js').then(function () { return load('search/index.js') }).then(ready, function (problem) {
    list.replaceChildren(element('p', 'The search could not be loaded: ' + problem.message))
  })
})()
