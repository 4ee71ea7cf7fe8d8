// The site's own theme: nothing of VitePress's default one is used.

import '@fontsource-variable/source-serif-4/wght.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
import '@fontsource-variable/source-sans-3/wght.css';
import '@fontsource-variable/source-code-pro/wght.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/figures.css';
import type { Theme } from 'vitepress';
import SiteLayout from './SiteLayout.vue';

// VitePress reads a theme from the default export.
export default { Layout: SiteLayout } satisfies Theme;
