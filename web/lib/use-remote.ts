// A worker that lives as long as the component that uses it.

import { onBeforeUnmount } from 'vue';
import { Remote, type Handlers } from './rpc.js';

/** Returns a function that gives the component's worker, started on first use in the browser. */
export function useRemote<H extends Handlers>(start: () => Worker): () => Remote<H> {
  let remote: Remote<H> | undefined;
  onBeforeUnmount(() => remote?.dispose());
  return () => (remote ??= new Remote<H>(start));
}

/** Whether the visitor asked for less motion. */
export function prefersStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Calls `start` once when the element first comes near the window. */
export function whenSeen(element: Element, start: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      start();
    },
    { rootMargin: '200px' },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
