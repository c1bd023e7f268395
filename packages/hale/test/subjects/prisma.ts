import type { PrismaPg } from '@prisma/adapter-pg'
import { getPrismaClient } from '@prisma/client/runtime/client'

/** What `prisma generate` writes for a schema without models; the command itself wants to download a program. */
const PrismaClient = getPrismaClient({
  previewFeatures: [],
  clientVersion: '7.9.1',
  engineVersion: '7.9.1',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: 'AAAA' },
  compilerWasm: {
    getRuntime: () => import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs'),
    async getQueryCompilerWasmModule() {
      const { wasm } = await import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs')
      return new WebAssembly.Module(Buffer.from(wasm, 'base64'))
    },
    importName: './query_compiler_fast_bg.js',
  },
})

export type Prisma = InstanceType<typeof PrismaClient>

/** A client of Prisma's on PostgreSQL, without models. */
export function openPrisma(adapter: PrismaPg): Prisma {
  return new PrismaClient({ adapter })
}
