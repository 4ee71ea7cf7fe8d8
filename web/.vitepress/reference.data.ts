// The list of functions and classes that stands beside each reference page.

import { apiFile, readApi } from './api.js';

export interface ReferenceGroup {
  domain: string;
  brief: string;
  entries: { name: string; js: string; brief: string; kind: 'function' | 'class' }[];
}

declare const data: ReferenceGroup[];
export { data };

// VitePress reads a data loader from the default export.
export default {
  watch: [apiFile],
  load(): ReferenceGroup[] {
    const api = readApi();
    return api.domains.map(({ name, brief }) => ({
      domain: name,
      brief,
      entries: [
        ...api.functions
          .filter((f) => f.domain === name)
          .map((f) => ({ name: f.name, js: f.js, brief: f.brief, kind: 'function' as const })),
        ...api.classes
          .filter((c) => c.domain === name)
          .map((c) => ({ name: c.name, js: c.js, brief: c.brief, kind: 'class' as const })),
      ],
    }));
  },
};
