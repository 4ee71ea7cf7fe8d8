// Index of the search: page titles, second-level headings, and the public names with what they compute.

import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readApi } from './api.js';

export interface SearchEntry {
  title: string;
  /** Line under the title: the page it is on, or what the function computes. */
  page: string;
  /** Further names to match, such as the C++ spelling. */
  names: string;
  text: string;
  link: string;
}

declare const data: SearchEntry[];
export { data };

const web = fileURLToPath(new URL('../', import.meta.url));

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(public|\.vitepress)$/.test(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') && !entry.name.startsWith('[') ? [path] : [];
  });
}

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[`'"()\u2019,:?.]/g, '')
    .trim()
    .replace(/[\s/&+]+/g, '-');

function pageEntries(file: string): SearchEntry[] {
  const text = readFileSync(file, 'utf8');
  const title = /^title:\s*"?(.+?)"?\s*$/m.exec(text)?.[1] ?? /^#\s+(.+)$/m.exec(text)?.[1] ?? '';
  const claim =
    /^claim:\s*"?(.+?)"?\s*$/m.exec(text)?.[1] ?? /^description:\s*"?(.+?)"?\s*$/m.exec(text)?.[1] ?? '';
  const link =
    '/' +
    relative(web, file)
      .replace(/(^|\/)index\.md$/, '$1')
      .replace(/\.md$/, '.html');
  const headings = [...text.matchAll(/^##\s+([^{\n]+?)\s*$/gm)].map((m) => m[1] ?? '');
  return [
    { title, page: claim, names: '', text: '', link },
    ...headings.map((heading) => ({
      title: heading,
      page: title,
      names: '',
      text: '',
      link: `${link}#${slug(heading)}`,
    })),
  ];
}

// VitePress reads a data loader from the default export.
export default {
  load(): SearchEntry[] {
    const api = readApi();
    return [
      ...[...api.functions, ...api.classes].map((f) => ({
        title: f.js,
        page: f.brief,
        names: f.name,
        text: f.domain,
        link: `/reference/${f.name}.html`,
      })),
      ...markdownFiles(web).flatMap(pageEntries),
    ];
  },
};
