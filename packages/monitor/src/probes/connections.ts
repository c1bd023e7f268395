import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction, Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Certificate, TargetSpec } from '../model.ts'

/**
 * Keeps one connection a target, and not a pool for all, so that a fresh probe *replaces* it: when DNS or a balancer
 * moves a name, the cheap probes in between follow within `freshEvery`.
 * The SecureContext, which is what makes TLS clients dear, is shared.
 */
export class Connections {
  readonly #kept = new Map<string, Connection>()
  readonly #lookup: LookupFunction
  readonly #secureContext: SecureContext

  /** @param ca certificates (PEM) to trust instead of the built-in ones. */
  constructor(lookup: LookupFunction, ca?: readonly string[]) {
    this.#lookup = lookup
    this.#secureContext = createSecureContext(ca === undefined ? {} : { ca: [...ca] })
  }

  of(target: TargetSpec): Connection {
    let connection = this.#kept.get(target.id)
    if (connection === undefined) {
      connection = new Connection(this.#lookup, this.#secureContext, target.http.verifyTls)
      this.#kept.set(target.id, connection)
    }
    return connection
  }

  forget(targetId: string): void {
    this.#kept.get(targetId)?.close()
    this.#kept.delete(targetId)
  }

  close(): void {
    for (const connection of this.#kept.values()) connection.close()
    this.#kept.clear()
  }
}

/** The connection that one target's probes share. */
export class Connection {
  readonly #lookup: LookupFunction
  readonly #secureContext: SecureContext
  readonly #verifyTls: boolean
  #http: HttpAgent | undefined
  #https: HttpsAgent | undefined
  /** As last seen; a kept or resumed connection does not show it again. */
  certificate: Certificate | undefined

  constructor(lookup: LookupFunction, secureContext: SecureContext, verifyTls: boolean) {
    this.#lookup = lookup
    this.#secureContext = secureContext
    this.#verifyTls = verifyTls
  }

  agent(secure: boolean): HttpAgent | HttpsAgent {
    const options = { keepAlive: true, maxFreeSockets: 1, lookup: this.#lookup }
    if (!secure) return (this.#http ??= keepLightly(new HttpAgent(options)))
    return (this.#https ??= keepLightly(
      new HttpsAgent({ ...options, secureContext: this.#secureContext, rejectUnauthorized: this.#verifyTls }),
    ))
  }

  /** Closes what is kept, TLS session included: the next request looks up, connects and shakes hands anew. */
  close(): void {
    this.#http?.destroy()
    this.#https?.destroy()
    this.#http = undefined
    this.#https = undefined
  }
}

/**
 * Spares each probe what Node does to an idle socket: TCP's own keep-alive packets, and reading the server's hint of how
 * long it keeps the connection. A probe that meets a closed one opens another, whatever the hint said.
 */
function keepLightly<A extends HttpAgent>(agent: A): A {
  const keep = (socket: Socket): true => {
    socket.unref()
    return true
  }
  return Object.assign(agent, { keepSocketAlive: keep })
}
