// One reference page a public function or class, written from its header's description.

import { readApi } from '../.vitepress/api.js';
import { classPage, functionPage } from './page.js';

// VitePress reads a route's parameters from the default export.
export default {
  paths() {
    const api = readApi();
    return [
      ...api.functions.map((f) => ({
        params: { name: f.name, title: f.js, claim: f.brief },
        content: functionPage(f, api),
      })),
      ...api.classes.map((c) => ({
        params: { name: c.name, title: c.js, claim: c.brief },
        content: classPage(c, api),
      })),
    ];
  },
};
