export default { preset: 'node-server', srcDir: 'server', compatibilityDate: '2026-01-01' }
