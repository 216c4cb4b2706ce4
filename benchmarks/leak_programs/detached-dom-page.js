// The page of detached-dom: panels that are closed leave the document, but not the manager's map.
'use strict';

class PanelManager {
  constructor(root) {
    this.root = root;
    this.removed = new Map();
  }

  open(number) {
    const panel = document.createElement('section');
    panel.className = 'panel';
    const list = '<li><a href="#">entry</a></li>'.repeat(6);
    panel.innerHTML = `<h2>Panel ${number}</h2><ul>${list}</ul><button>close</button>`;
    panel.querySelector('button').addEventListener('click', () => this.close(number, panel));
    this.root.append(panel);
    return panel;
  }

  close(number, panel) {
    panel.remove();
    this.removed.set(number, panel);
  }
}

class App {
  constructor() {
    this.panels = new PanelManager(document.querySelector('main'));
    this.opened = 0;
  }

  use(total) {
    while (this.opened < total) this.panels.open(this.opened++).querySelector('button').click();
    return this.panels.removed.size;
  }
}

window.app = new App();
