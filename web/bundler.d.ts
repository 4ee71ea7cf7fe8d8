// What the bundler makes of imports that are not scripts.
/// <reference types="vite/client" />
