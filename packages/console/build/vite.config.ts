import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The console, as `npm run dev` serves it and `npm run build` and `npm start` build it. What differs between those, such
 * as ports and the way to the twin, is in packages/console/build/.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../src', import.meta.url)),
  plugins: [react()],
  // What is built depends on what is in the repository and on nothing else: no .env files.
  envDir: false,
  build: {
    // The page's security policy allows files of its own origin only, so nothing is inlined as a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
