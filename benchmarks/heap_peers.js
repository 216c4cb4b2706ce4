// Gives one file to another tool and asks for the same: retained sizes of all nodes, and the classes.
// node heap_peers.js TOOL FILE, with the tools installed where NODE_PATH says.
'use strict';
const fs = require('node:fs');

const tools = {
  'v8-heap-parser': async (file) => {
    const { decode_bytes } = require('@vscode/v8-heap-parser');
    const graph = decode_bytes(fs.readFileSync(file));
    return graph.get_class_groups(0, 1_000_000, false).map((group) => [group.name(), Number(group.retained_size)]);
  },
  memlab: async (file) => {
    const { getFullHeapFromFile } = require('@memlab/heap-analysis');
    const heap = await getFullHeapFromFile(file);
    const classes = new Map();
    heap.nodes.forEach((node) => {
      const key = `${node.type} ${node.type === 'object' || node.type === 'native' ? node.name : ''}`;
      classes.set(key, Math.max(classes.get(key) ?? 0, node.retainedSize));
    });
    return [...classes];
  },
  'JSON.parse alone': async (file) => Object.entries(JSON.parse(fs.readFileSync(file, 'utf8')).snapshot),
};

tools[process.argv[2]](process.argv[3]).then((rows) => {
  if (!rows.length) throw new Error('no result');
});
