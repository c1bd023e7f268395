import { defineConfig } from 'vite'

// The monitor answers `/api`; in development its address is HALE_URL.
const monitor = process.env['HALE_URL'] ?? 'http://127.0.0.1:8480'

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    // Browsers of mid-2024 and later: light-dark(), nesting and :has() stay as written.
    target: ['chrome125', 'firefox128', 'safari17.5'],
    // A data: URL would break the page's CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': { target: monitor } } },
})
