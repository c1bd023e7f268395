// Makes one file of `hale-probe`: for a process that lives for 50 ms, loading five costs a quarter of its time.
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './prepare.mjs'

await build({
  configFile: false,
  root: join(root, 'packages/hale'),
  logLevel: 'warn',
  build: {
    ssr: 'src/probe/probe.ts',
    outDir: 'dist/probe',
    emptyOutDir: false,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'hale-probe.mjs' } },
  },
})
