// A worker that lives as long as the component that uses it.

import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';
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

/** Whether the component's element has come near the window. */
export function useSeen(root: Readonly<Ref<Element | null>>): Ref<boolean> {
  const seen = ref(false);
  let observer: IntersectionObserver | undefined;
  onMounted(() => {
    observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer?.disconnect();
        seen.value = true;
      },
      { rootMargin: '200px' },
    );
    observer.observe(root.value as Element);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return seen;
}
