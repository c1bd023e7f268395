// Parts of Prisma's runtime that are published without types, as the client it generates uses them.
declare module '@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs' {
  import type { QueryCompilerConstructor } from '@prisma/client/runtime/client'
  export const QueryCompiler: QueryCompilerConstructor
  export function __wbg_set_wasm(exports: unknown): void
}
declare module '@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs' {
  export const wasm: string
}
