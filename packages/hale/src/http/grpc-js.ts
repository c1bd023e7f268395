import type { Health } from '../core/health.ts'
import { GrpcHealth, type GrpcOptions } from './support/grpc-service.ts'
import { GRPC } from './support/grpc-stream.ts'
import { readCheckRequest, writeCheckResponse, writeListResponse, type ServingStatus } from './support/grpc-wire.ts'

/** What is used of a server of @grpc/grpc-js. */
export interface GrpcJsServer {
  // `never` stands for the types of grpc-js, which are not here to be named.
  addService(definition: never, implementation: never): void
}
type Answer = (error: { code: number; details: string } | null, value?: unknown) => void

interface GrpcJsCall {
  readonly request: { readonly service: string }
  readonly metadata: { get(name: string): readonly (string | Buffer)[] }
  write(status: ServingStatus): unknown
  on(event: 'cancelled' | 'close', listener: () => void): unknown
}

const method = (name: string, respond: (value: never) => Uint8Array) => ({
  path: `/grpc.health.v1.Health/${name}`,
  requestStream: false,
  responseStream: name === 'Watch',
  requestSerialize: (request: Uint8Array): Buffer => Buffer.from(request),
  // An object, because grpc-js takes an empty text for no request at all.
  requestDeserialize: (bytes: Buffer) => ({ service: name === 'List' ? '' : readCheckRequest(bytes) }),
  responseSerialize: (value: never): Buffer => Buffer.from(respond(value)),
  responseDeserialize: (bytes: Buffer): Buffer => bytes,
})
const DEFINITION = {
  Check: method('Check', writeCheckResponse),
  Watch: method('Watch', writeCheckResponse),
  List: method('List', writeListResponse),
}

/**
 * Adds grpc.health.v1 (Check, Watch, List) to the app's own server of @grpc/grpc-js: `addHealthService(server, health)`.
 * Its services are those of {@link serveGrpc}.
 *
 * @throws {HealthSetupError} when an option is malformed.
 */
export function addHealthService(server: GrpcJsServer, health: Health, options: GrpcOptions = {}): void {
  const service = new GrpcHealth(health, options)
  const check = async (name: string, answer: Answer): Promise<void> => {
    const status = await service.check(name)
    if (status !== undefined) answer(null, status)
    else answer({ code: GRPC.NOT_FOUND, details: `There is no service or check "${name}".` })
  }
  const implementation = {
    Check: ({ request }: GrpcJsCall, answer: Answer) => void check(request.service, answer),
    List({ metadata }: GrpcJsCall, answer: Answer) {
      const header = (name: string): string | undefined => metadata.get(name)[0]?.toString()
      void service.list({ header }).then((list) => answer(null, list))
    },
    Watch(call: GrpcJsCall) {
      const stop = service.watch(call.request.service, (status) => void call.write(status))
      call.on('cancelled', stop)
      call.on('close', stop)
    },
  }
  server.addService(DEFINITION as never, implementation as never)
}
