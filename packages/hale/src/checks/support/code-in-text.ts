import type { ErrorCode } from '../../core/error-sentences.ts'
import { codeFromError } from '../../core/error-codes.ts'

/** The code of an error of Node's of which a client left nothing but the text: `connect ECONNREFUSED 127.0.0.1:9200`. */
export function codeInText(text: string): ErrorCode | undefined {
  if (/^Parse Error|does not match the HTTP/.test(text)) return 'PROTOCOL_ERROR'
  const [code] =
    /\bE(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)\b/.exec(text) ?? []
  return code === undefined ? undefined : codeFromError({ code })
}
